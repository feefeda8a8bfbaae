import { type ByteSource, isSondeError, sondeError } from "@sonde/core/bytes";
import type { Waiting } from "../../catalog/types.js";
import { feed } from "../byte-feed.js";
import { incomplete, skipValue } from "./skip.js";

/** Messages that lie whole in one piece of a file. */
export type Messages = {
  readonly bytes: Uint8Array;
  /** Where each begins, and at the end where the last one ends. */
  readonly bounds: readonly number[];
  /** Of the first byte in the file. */
  readonly offset: number;
};

/**
 * The messages of a file that is nothing but one after the other. Damage throws `format` after the messages before it. A message that is cut
 * off by the file's end is damage where `whole` says that the file has a proper end, else its writer died or is still at it: nothing is said.
 */
export async function* messagesOf(
  source: ByteSource,
  size: number,
  options: Waiting & { readonly whole: boolean; readonly chunk?: number | undefined },
): AsyncGenerator<Messages, void, undefined> {
  let done = 0;
  for await (const { bytes, offset, last } of feed(source, size, () => done, options)) {
    const bounds = [0];
    let at = 0;
    let damage: unknown;
    while (at < bytes.length) {
      let end: number;
      try {
        end = skipValue(bytes, at, bytes.length);
      } catch (error) {
        damage = error;
        break;
      }
      if (end === incomplete) break;
      at = end;
      bounds.push(at);
    }
    done = at;
    if (bounds.length > 1) yield { bytes, bounds, offset };
    if (damage !== undefined) throw damaged(source.name, offset + at, damage);
    if (last && at < bytes.length && options.whole) throw damaged(source.name, offset + at, undefined);
  }
}

export function damaged(name: string, offset: number, cause: unknown): Error {
  // An error of the decoder says what it is; where it is in the file is known here alone.
  const reason = isSondeError(cause) ? `: ${cause.message}` : "";
  return sondeError("format", `${name} is damaged at byte ${offset}${reason}. What comes before it was read`, {
    key: name,
    offset,
    ...(cause === undefined ? {} : { cause }),
  });
}
