import { eventModelError } from "../event-model/errors.js";

export type Matched = {
  /** Data keys, in the stream's order. */
  readonly fields: readonly string[];
  /** Names out of the header, in the order asked for. */
  readonly constants: readonly string[];
};

/**
 * The data keys that names stand for: each literally, else as a regular expression that matches all of a name; and the names that the header has.
 * A name that stands for nothing rejects `not-found` with those that there are.
 */
export function matchColumns(
  columns: readonly (string | RegExp)[],
  keys: ReadonlyMap<string, unknown>,
  header: readonly string[],
): Matched {
  const fields = new Set<string>();
  const constants: string[] = [];
  for (const column of columns) {
    const found = typeof column === "string" && keys.has(column) ? [column] : [...keys.keys()].filter(fullMatch(column));
    for (const key of found) fields.add(key);
    if (found.length > 0 || column === "time" || column === "seq_num") continue;
    if (typeof column === "string" && header.includes(column)) constants.push(column);
    else {
      throw eventModelError("EventModelKeyError", `no column '${String(column)}': there are ${[...keys.keys()].join(", ") || "none"}`, {
        id: String(column),
      });
    }
  }
  return { fields: [...keys.keys()].filter((key) => fields.has(key)), constants };
}

/** As Python's `re.fullmatch`. Text that is no regular expression matches nothing but itself. */
function fullMatch(column: string | RegExp): (key: string) => boolean {
  if (typeof column === "string" && !/[.*+?()[\]{}|\\^$]/.test(column)) return () => false;
  const [source, flags] = typeof column === "string" ? [column, ""] : [column.source, column.flags.replace(/[gy]/g, "")];
  try {
    const pattern = new RegExp(`^(?:${source})$`, flags);
    return (key) => pattern.test(key);
  } catch {
    return () => false;
  }
}
