import { completeLimits, type LimitOptions, limitError } from "./limits.js";
import type { ByteSource } from "./source.js";

/** The same source, but one read may ask for `maxBytes` and all reads together for `maxTotalBytes`; past that a read rejects with `limit`. */
export function limited(source: ByteSource, options: Pick<LimitOptions, "maxBytes" | "maxTotalBytes">): ByteSource {
  const { maxBytes, maxTotalBytes } = completeLimits(options);
  let total = 0;
  const count = (length: number) => {
    // Not a range at all: the source says so.
    if (!(length >= 0)) return;
    const what = `reading ${source.name}`;
    if (length > maxBytes) throw limitError("maxBytes", length, maxBytes, what);
    if (total + length > maxTotalBytes) throw limitError("maxTotalBytes", total + length, maxTotalBytes, what);
    total += length;
  };
  return {
    name: source.name,
    size: (call) => source.size(call),
    async read(range, call) {
      count(range.end - range.start);
      return source.read(range, call);
    },
    ...(source.readInto && {
      readInto: async (target, call) => {
        count(target.length);
        await source.readInto?.(target, call);
      },
    }),
    close: () => source.close(),
  };
}
