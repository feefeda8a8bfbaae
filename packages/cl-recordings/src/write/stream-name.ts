import { sondeError } from "@sonde/core/connector";

/** Names that PyTables keeps for its own nodes and attributes. */
const reserved = /^_[cfgipv]_/;

/**
 * A data stream's name, which is its group's: 1 to 64 bytes of UTF-8, as in the SDK, none of them "/" or NUL, and nothing that PyTables
 * reserves. Throws `options`.
 */
export function checkedStreamName(name: string): string {
  const bytes = new TextEncoder().encode(name).length;
  if (bytes > 0 && bytes <= 64 && !/[/\0]/.test(name) && name !== "." && !reserved.test(name)) return name;
  throw sondeError(
    "options",
    `'${name}' can't name a data stream: 1 to 64 bytes of UTF-8, without "/" and NUL, and not beginning with "_i_" or another prefix of PyTables`,
    { issues: [{ path: "name", message: "must be 1 to 64 bytes of UTF-8" }] },
  );
}
