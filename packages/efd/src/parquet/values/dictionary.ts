import { damaged, type Place } from "../damage.js";
import { HybridReader } from "./hybrid.js";
import type { Decoder, Sink } from "./sink.js";

/** Numbers that are decoded at once. */
const PIECE = 4096;

/** Values by their numbers in a dictionary (Encodings.md, "Dictionary Encoding"): the width in a byte, then the hybrid encoding. */
export function dictionaryDecoder<S extends Sink<S>>(
  dictionary: S | undefined,
  bytes: Uint8Array,
  start: number,
  place: Place,
): Decoder<S> {
  if (dictionary === undefined) throw damaged(place, "a page that needs a dictionary, and none before it");
  // A page of nulls only may be empty.
  const width = bytes[start] ?? 0;
  const runs = new HybridReader(bytes, start + 1, bytes.length, width, place);
  const piece = new Uint32Array(PIECE);
  const { count: entries } = dictionary;
  return {
    take(sink, count) {
      for (let done = 0; done < count; done += PIECE) {
        const some = Math.min(PIECE, count - done);
        runs.take(piece, 0, some);
        let greatest = 0;
        // In bounds: just taken.
        for (let index = 0; index < some; index++) greatest = Math.max(greatest, piece[index] as number);
        if (greatest >= entries) throw damaged(place, `entry ${greatest} of a dictionary of ${entries}`);
        sink.gather(dictionary, piece, some);
      }
    },
  };
}
