/** Control characters and those that turn the direction of writing, as escapes: text of archives must not steer a terminal. */
export function printable(text: string): string {
  return text.replace(/\p{Cc}|[\u2028\u2029\u202a-\u202e\u2066-\u2069]/gu, (character) => {
    const known = { "\n": "\\n", "\r": "\\r", "\t": "\\t" }[character];
    return known ?? `\\u${(character.codePointAt(0) ?? 0).toString(16).padStart(4, "0")}`;
  });
}

/** A message in one line, without what may be secret in an address: user, password and query. */
export function messageLine(text: string): string {
  return printable(withoutSecrets(text.trim().replace(/\s*\n\s*/g, " ")));
}

/** Addresses in a text without user, password and query. */
export function withoutSecrets(text: string): string {
  return text.replace(/([a-z][a-z0-9+.-]+:\/\/)([^\s'"]*)/gi, (_, scheme: string, rest: string) => {
    const authority = rest.split(/[/?#]/, 1)[0] ?? "";
    const host = authority.slice(authority.lastIndexOf("@") + 1);
    return scheme + host + rest.slice(authority.length).replace(/\?[^#\s]*/, "?…");
  });
}

/** An argument as a shell takes it, for commands that a message suggests. */
export function shellWord(text: string): string {
  return /^[\w@%+=:,./\\-]+$/.test(text) ? text : `'${text.replaceAll("'", `'\\''`)}'`;
}

/** 1234567 as "1,234,567". */
export function grouped(count: number): string {
  return String(count).replace(/\B(?=(\d{3})+$)/g, ",");
}

/** "1 row", "2 rows". */
export function counted(count: number, noun: string): string {
  return `${grouped(count)} ${noun}${count === 1 ? "" : "s"}`;
}

/** Characters of a terminal that a text takes, in code points: near enough for what instruments write. */
export function widthOf(text: string): number {
  let width = 0;
  for (const _ of text) width++;
  return width;
}
