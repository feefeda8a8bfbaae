import { type Token, tokensOf } from "./flux-lexer.js";

/** What a call is given. */
export type Argument =
  | { readonly kind: "literal"; readonly value: string | bigint; readonly of: "text" | "time" | "integer" | "duration" }
  | { readonly kind: "list"; readonly items: readonly Argument[] }
  | { readonly kind: "call"; readonly call: FluxCall }
  | { readonly kind: "predicate"; readonly test: (row: { readonly [column: string]: unknown }) => boolean };
export interface FluxCall {
  /** "from", "schema.measurements". */
  readonly name: string;
  readonly arguments: ReadonlyMap<string, Argument>;
}
/** `from(…) |> range(…) |> …` */
export type Pipeline = readonly FluxCall[];

/** Reads the part of Flux that Drift's clients write: pipelines of calls with named arguments, and predicates of `==`, `!=`, `and`, `or`. */
export function parseFlux(script: string): readonly Pipeline[] {
  const tokens = tokensOf(script);
  let at = 0;
  const is = (value: string) => tokens[at]?.kind !== "text" && tokens[at]?.value === value;
  const take = (): Token => {
    const token = tokens[at++];
    if (token === undefined) throw new Error("the script ends early");
    return token;
  };
  const expect = (value: string) => {
    if (!is(value)) throw new Error(`expected ${value}, got ${String(tokens[at]?.value)}`);
    at += 1;
  };
  const name = (): string => {
    const token = take();
    if (token.kind !== "name") throw new Error(`expected a name, got ${String(token.value)}`);
    return token.value;
  };

  const call = (): FluxCall => {
    let called = name();
    while (is(".")) {
      at += 1;
      called += `.${name()}`;
    }
    expect("(");
    const given = new Map<string, Argument>();
    while (!is(")")) {
      const key = name();
      expect(":");
      given.set(key, argument());
      if (!is(")")) expect(",");
    }
    expect(")");
    return { name: called, arguments: given };
  };
  const argument = (): Argument => {
    const token = tokens[at];
    if (is("[")) {
      at += 1;
      const items: Argument[] = [];
      while (!is("]")) {
        items.push(argument());
        if (!is("]")) expect(",");
      }
      expect("]");
      return { kind: "list", items };
    }
    if (is("(")) {
      for (const piece of ["(", "r", ")", "=>"]) expect(piece);
      return { kind: "predicate", test: either() };
    }
    if (token?.kind === "name") return { kind: "call", call: call() };
    const literal = take();
    if (literal.kind === "sign" || literal.kind === "name") throw new Error(`unexpected ${literal.value}`);
    return { kind: "literal", value: literal.value, of: literal.kind };
  };

  type Test = (row: { readonly [column: string]: unknown }) => boolean;
  const either = (): Test => {
    let test = both();
    while (is("or")) {
      at += 1;
      const [left, right] = [test, both()];
      test = (row) => left(row) || right(row);
    }
    return test;
  };
  const both = (): Test => {
    let test = comparison();
    while (is("and")) {
      at += 1;
      const [left, right] = [test, comparison()];
      test = (row) => left(row) && right(row);
    }
    return test;
  };
  const comparison = (): Test => {
    if (is("(")) {
      at += 1;
      const test = either();
      expect(")");
      return test;
    }
    expect("r");
    const bracket = is("[");
    expect(bracket ? "[" : ".");
    const column = take().value;
    if (bracket) expect("]");
    const sign = take().value;
    const { value } = take();
    if (sign !== "==" && sign !== "!=") throw new Error(`unexpected ${String(sign)}`);
    return (row) => (row[String(column)] === value) === (sign === "==");
  };

  const pipelines: Pipeline[] = [];
  while (at < tokens.length) {
    if (is("import")) {
      at += 2;
      continue;
    }
    const calls = [call()];
    while (is("|>")) {
      at += 1;
      calls.push(call());
    }
    pipelines.push(calls);
  }
  return pipelines;
}
