import { isSondeError } from "@sonde/core";
import { type PickleLimits, pickleLimits } from "./measure.js";
import { parsePickle } from "./parse.js";
import { type PickleValue, pickleValue } from "./value.js";

/** What stands where a pickle was refused: its bytes as stored, and why. */
export type Blocked = { readonly kind: "blocked"; readonly reason: string; readonly bytes: Uint8Array };

/**
 * What a pickle says as plain values; {@link Blocked} where it asks for more than data, or for too much of it;
 * undefined where the bytes are no pickle. Nothing in it is executed.
 */
export function readPickle(bytes: Uint8Array, limits: PickleLimits = pickleLimits): { readonly value: PickleValue } | Blocked | undefined {
  try {
    return { value: pickleValue(parsePickle(bytes, limits)) };
  } catch (error) {
    // "options": text of a NumPy array that is none.
    if (isSondeError(error, "format") || isSondeError(error, "options")) return undefined;
    if (isSondeError(error, "unsupported") || isSondeError(error, "limit")) return { kind: "blocked", reason: error.message, bytes };
    throw error;
  }
}
