import type { Observe } from "./observe.js";
import type { ByteSource } from "./source.js";

/** The same source, but each read is told as one "request": how long it took, and how many bytes came (0 when it failed). */
export function observed(source: ByteSource, observe: Observe): ByteSource {
  return {
    name: source.name,
    size: (call) => source.size(call),
    async read(range, call) {
      const started = performance.now();
      let bytes = 0;
      try {
        const result = await source.read(range, call);
        bytes = result.length;
        return result;
      } finally {
        const target = `${source.name} ${range.start}-${range.end}`;
        observe({ kind: "request", target, milliseconds: performance.now() - started, bytes });
      }
    },
    close: () => source.close(),
  };
}
