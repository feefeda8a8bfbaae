import type { Observe } from "./observe.js";
import type { ByteRange, ByteSource } from "./source.js";

/** The same source, but each read is told as one "request": how long it took, and how many bytes came (0 when it failed). */
export function observed(source: ByteSource, observe: Observe): ByteSource {
  const told = async <T>({ start, end }: ByteRange, work: () => Promise<T>): Promise<T> => {
    const started = performance.now();
    let bytes = 0;
    try {
      const result = await work();
      bytes = end - start;
      return result;
    } finally {
      observe({ kind: "request", target: `${source.name} ${start}-${end}`, milliseconds: performance.now() - started, bytes });
    }
  };
  return {
    name: source.name,
    size: (call) => source.size(call),
    read: (range, call) => told(range, () => source.read(range, call)),
    ...(source.readInto && {
      readInto: (target, call) => told({ start: call.start, end: call.start + target.length }, async () => source.readInto?.(target, call)),
    }),
    close: () => source.close(),
  };
}
