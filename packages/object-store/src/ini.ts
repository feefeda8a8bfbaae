/** Sections by name, each with its settings by lower-case name; a setting of a nested block is `s3.endpoint_url`. */
export type Ini = ReadonlyMap<string, ReadonlyMap<string, string>>;

/**
 * The files of the AWS tools (AWS SDKs and Tools Reference Guide, "Shared config and credentials files"): sections in brackets, `name = value`,
 * comments from "#" or ";" at the start of a line, " #" or " ;" behind a value, indented lines nested under the setting before them. A line that is none of
 * these is passed over, as the AWS tools do. Section names come as "profile x" with single spaces, quotes taken off.
 */
export function parseIni(text: string): Ini {
  const sections = new Map<string, Map<string, string>>();
  let settings: Map<string, string> | undefined;
  let parent = "";
  for (const line of text.split(/\r\n|\n|\r/)) {
    if (/^\s*([#;]|$)/.test(line)) continue;
    const header = /^\s*\[([^\]]*)\]/.exec(line)?.[1];
    if (header !== undefined) {
      const name = header.replaceAll(/["']/g, "").trim().replaceAll(/\s+/g, " ");
      settings = sections.get(name) ?? new Map();
      sections.set(name, settings);
      parent = "";
      continue;
    }
    const equals = line.indexOf("=");
    if (settings === undefined || equals < 0) continue;
    const name = line.slice(0, equals).trim().toLowerCase();
    const value = line
      .slice(equals + 1)
      .replace(/\s[#;].*$/, "")
      .trim();
    if (/^\s/.test(line) && parent !== "") settings.set(`${parent}.${name}`, value);
    else {
      parent = name;
      settings.set(name, value);
    }
  }
  return sections;
}
