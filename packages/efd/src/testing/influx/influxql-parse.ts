import { sondeError } from "@sonde/core";

/** A column of a SELECT: a field, a tag, or a function of a field; "*" is all. */
export type Item = { readonly function?: string; readonly name: string };
export type Condition = { readonly name: string; readonly operator: string; readonly value: bigint | number | string };
export type Source = { readonly database?: string; readonly measurement: string };
export type Statement =
  | { readonly kind: "show"; readonly what: string; readonly database?: string; readonly source?: Source }
  | {
      readonly kind: "select";
      readonly items: readonly Item[];
      readonly source: Source;
      readonly conditions: readonly Condition[];
      readonly width?: bigint;
      readonly descending: boolean;
      readonly limit: number;
    };

type Token = { readonly kind: "name" | "text" | "word" | "number" | "sign"; readonly text: string };

const pattern =
  /\s+|"((?:[^"\\\n]|\\.)*)"|'((?:[^'\\\n]|\\.)*)'|(-?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?)(ns)?|([A-Za-z_]\w*)|(::|>=|<=|<>|!=|[(),.;*=<>])/y;

/** The part of InfluxQL that the EFD's queries are made of. Throws `options` in the words of the database. */
export function parseInfluxql(query: string): readonly Statement[] {
  const tokens = tokensOf(query);
  let at = 0;
  const fail = (expected: string) => {
    const found = tokens[at]?.text ?? "EOF";
    return sondeError("options", `error parsing query: found ${found}, expected ${expected} at line 1, char 1`, {});
  };
  const is = (text: string) => {
    const token = tokens[at];
    return token !== undefined && token.kind !== "name" && token.kind !== "text" && token.text.toUpperCase() === text;
  };
  const skip = (text: string): boolean => {
    if (!is(text)) return false;
    at++;
    return true;
  };
  const need = (...texts: readonly string[]) => {
    for (const text of texts) if (!skip(text)) throw fail(text);
  };
  const next = (...kinds: readonly Token["kind"][]): string => {
    const token = tokens[at];
    if (token === undefined || !kinds.includes(token.kind)) throw fail("identifier");
    at++;
    return token.text;
  };

  const source = (): Source => {
    const names = [next("name", "word")];
    while (skip(".")) names.push(is(".") ? "" : next("name", "word"));
    const [measurement = "", , database] = names.reverse();
    return database === undefined ? { measurement } : { database, measurement };
  };
  const item = (): Item => {
    if (skip("*")) return { name: "*" };
    const name = next("name", "word");
    if (skip("(")) {
      const inner = item();
      need(")");
      return { function: name.toLowerCase(), name: inner.name };
    }
    if (skip("::")) next("word");
    return { name };
  };
  const condition = (): Condition => {
    const name = next("name", "word");
    const operator = next("sign");
    const token = tokens[at++];
    if (token?.kind === "number") return { name, operator, value: /^-?\d+$/.test(token.text) ? BigInt(token.text) : Number(token.text) };
    if (token?.kind === "text") return { name, operator, value: token.text };
    throw fail("number, string");
  };
  const list = <T>(one: () => T, separator: string): readonly T[] => {
    const all = [one()];
    while (skip(separator)) all.push(one());
    return all;
  };
  const select = (): Statement => {
    const items = list(item, ",");
    need("FROM");
    const from = source();
    const conditions = skip("WHERE") ? list(condition, "AND") : [];
    let width: bigint | undefined;
    if (skip("GROUP")) {
      need("BY", "TIME", "(");
      width = BigInt(next("number"));
      need(")", "FILL", "(", "NONE", ")");
    }
    let descending = false;
    if (skip("ORDER")) {
      need("BY");
      skip("TIME");
      descending = skip("DESC");
      if (!descending) need("ASC");
    }
    const limit = skip("LIMIT") ? Number(next("number")) : Number.POSITIVE_INFINITY;
    return { kind: "select", items, source: from, conditions, ...(width === undefined ? {} : { width }), descending, limit };
  };
  const show = (): Statement => {
    const words = [next("word").toUpperCase()];
    while (tokens[at]?.kind === "word" && !is("ON") && !is("FROM")) words.push(next("word").toUpperCase());
    const database = skip("ON") ? { database: next("name", "word") } : {};
    const from = skip("FROM") ? { source: source() } : {};
    return { kind: "show", what: words.join(" "), ...database, ...from };
  };

  const statements: Statement[] = [];
  do {
    if (at === tokens.length && statements.length > 0) break;
    if (skip("SELECT")) statements.push(select());
    else if (skip("SHOW")) statements.push(show());
    else throw fail("SELECT, SHOW");
  } while (skip(";"));
  if (at < tokens.length) throw fail("EOF");
  return statements;
}

function tokensOf(query: string): readonly Token[] {
  const tokens: Token[] = [];
  pattern.lastIndex = 0;
  while (pattern.lastIndex < query.length) {
    const from = pattern.lastIndex;
    const match = pattern.exec(query);
    if (match === null)
      throw sondeError("options", `error parsing query: found ${query.charAt(from)}, expected EOF at line 1, char ${from + 1}`, {});
    const [, name, text, number, , word, sign] = match;
    if (name !== undefined) tokens.push({ kind: "name", text: unquoted(name) });
    else if (text !== undefined) tokens.push({ kind: "text", text: unquoted(text) });
    else if (number !== undefined) tokens.push({ kind: "number", text: number });
    else if (word !== undefined) tokens.push({ kind: "word", text: word });
    else if (sign !== undefined) tokens.push({ kind: "sign", text: sign });
  }
  return tokens;
}

function unquoted(text: string): string {
  return text.replace(/\\(.)/g, (_, character: string) => (character === "n" ? "\n" : character));
}
