import { sondeError } from "@sonde/core/connector";
import { type Picklable, writePickle } from "./pickle.js";

/** What an application says of a recording or a data stream. */
export type ApplicationAttributes = { readonly [key: string]: Picklable };

/** HDF5 keeps an attribute in its object's header, which has 64 KiB; some of them go to the description. */
const mostBytes = 65_000;

/**
 * `now` with the changes of `update`, as a copy that later changes of either do not reach. Throws `options` for what an attribute can't
 * hold, and `limit` for more than fits the file; then nothing has changed.
 */
export function mergeAttributes(owner: string, now: ApplicationAttributes, update: ApplicationAttributes): ApplicationAttributes {
  // Made of entries, so that a key `__proto__` stays a key.
  const merged = Object.fromEntries([...Object.entries(now), ...Object.entries(update)]);
  const size = writePickle(merged).length;
  if (size > mostBytes) {
    throw sondeError(
      "limit",
      `the attributes of ${owner} take ${size} bytes, and HDF5 has room for ${mostBytes}: append large values to a data stream`,
      { what: "bytes of attributes", asked: size, allowed: mostBytes },
    );
  }
  return structuredClone(merged);
}
