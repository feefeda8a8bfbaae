import { refusal, serverCode } from "./refusal.js";

/** A word of a statement: names and keywords in lower case, text without its quotes. */
export type Word =
  | { readonly kind: "name" | "text" | "sign"; readonly text: string }
  | { readonly kind: "number" | "parameter"; readonly value: number };

const pattern =
  /\s+|--[^\n]*|([a-z_][a-z0-9_.]*)|"([^"]*)"|'((?:[^']|'')*)'|\$(\d+)|(\d+(?:\.\d+)?)|(->>|->|<>|!=|<=|>=|::|[(),*=<>?;])/giy;

/** Rejects 441 with the place of what is no SQL. */
export function sqlWords(statement: string): Word[] {
  const words: Word[] = [];
  let position = 0;
  while (position < statement.length) {
    pattern.lastIndex = position;
    const match = pattern.exec(statement);
    if (match === null) throw badSql(`unexpected '${statement.slice(position, position + 12)}' at ${position}`);
    position = pattern.lastIndex;
    const [, name, quoted, text, parameter, number, sign] = match;
    if (name !== undefined) words.push({ kind: "name", text: name.toLowerCase() });
    else if (quoted !== undefined) words.push({ kind: "name", text: quoted });
    else if (text !== undefined) words.push({ kind: "text", text: text.replaceAll("''", "'") });
    else if (parameter !== undefined) words.push({ kind: "parameter", value: Number(parameter) });
    else if (number !== undefined) words.push({ kind: "number", value: Number(number) });
    else if (sign !== undefined) words.push({ kind: "sign", text: sign });
  }
  return words;
}

export function badSql(why: string): Error {
  return refusal(serverCode.badSql, `bad SQL: ${why}; this server answers SELECT over the table 'streams'`);
}
