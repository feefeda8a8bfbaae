import { type ByteSource, isSondeError } from "@sonde/core/bytes";
import { decode } from "@sonde/msgpack-numpy";
import type { Waiting } from "../../catalog/types.js";
import type { RunStop } from "../../event-model/documents.js";
import { asDocument } from "../../event-model/validate.js";

/** How far back a stop is looked for: they are a few hundred bytes. */
const steps = [4096, 65_536, 1_048_576];
/** An array of two whose first item is the text "stop". */
const mark = [0x92, 0xa4, 0x73, 0x74, 0x6f, 0x70];

/**
 * The stop that ends a file, found from behind: the last place where one begins and from which one message reaches exactly to the end.
 * Undefined where the run has not ended, or its end was cut off.
 */
export async function stopAtEnd(
  source: ByteSource,
  size: number,
  runStart: string,
  { signal }: Waiting,
  known?: { readonly bytes: Uint8Array; readonly start: number },
): Promise<RunStop | undefined> {
  for (const step of steps) {
    const start = Math.max(0, size - step);
    const bytes =
      known !== undefined && known.start <= start
        ? known.bytes.subarray(start - known.start)
        : await source.read({ start, end: size }, { signal });
    for (let at = bytes.length - mark.length; at >= 0; at--) {
      if (!mark.every((byte, k) => bytes[at + k] === byte)) continue;
      const stop = stopIn(bytes.subarray(at), runStart);
      if (stop !== undefined) return stop;
    }
    if (start === 0) return undefined;
  }
  return undefined;
}

function stopIn(bytes: Uint8Array, runStart: string): RunStop | undefined {
  try {
    const message = decode(bytes);
    if (!Array.isArray(message)) return undefined;
    const pair = asDocument(message[0], message[1]);
    return pair?.[0] === "stop" && pair[1].run_start === runStart ? pair[1] : undefined;
  } catch (error) {
    // What looks like the beginning of a stop can be text inside another document.
    if (isSondeError(error)) return undefined;
    throw error;
  }
}
