import { badSql, type Word } from "./sql-words.js";

export type Cell = string | number | null | { readonly [key: string]: string | null };
/** One row of the table, by column. */
export type SqlRow = { readonly [column: string]: Cell };
export type Expression = (row: SqlRow) => Cell;
export type Condition = (row: SqlRow) => boolean;
export type Item = { readonly name: string } & (
  | { readonly kind: "value" | "count" | "count-distinct"; readonly of: Expression }
  /** One row for each key of `of`. */
  | { readonly kind: "keys"; readonly of: Expression }
);
export type Select = {
  readonly distinct: boolean;
  /** Undefined: all columns. */
  readonly items: readonly Item[] | undefined;
  readonly where: Condition;
  readonly order: readonly { readonly of: Expression; readonly descending: boolean }[];
  readonly limit: number;
  readonly offset: number;
};

/** A recursive descent over the words. Names of columns and numbers of parameters are checked here. */
export class SqlParser {
  readonly #words: readonly Word[];
  readonly #parameters: readonly string[];
  readonly #columns: readonly string[];
  #next = 0;

  constructor(words: readonly Word[], parameters: readonly string[], columns: readonly string[]) {
    this.#words = words;
    this.#parameters = parameters;
    this.#columns = columns;
  }

  select(): Select {
    this.#need("select");
    let distinct = this.#take("distinct");
    const items: Item[] = [];
    const all = this.#take("*");
    if (!all) {
      do {
        // `distinct(x)` says no more than `distinct x`.
        distinct = this.#take("distinct") || distinct;
        items.push(this.#item());
      } while (this.#take(","));
    }
    this.#need("from");
    this.#need("streams");
    const where = this.#take("where") ? this.#either() : () => true;
    const order = [];
    if (this.#take("order")) {
      this.#need("by");
      do {
        const of = this.#value();
        const descending = this.#take("desc");
        if (!descending) this.#take("asc");
        order.push({ of, descending });
      } while (this.#take(","));
    }
    const limit = this.#take("limit") ? this.#count() : Number.POSITIVE_INFINITY;
    const offset = this.#take("offset") ? this.#count() : 0;
    this.#take(";");
    const rest = this.#words[this.#next];
    if (rest) throw badSql(`unexpected ${show(rest)}`);
    return { distinct, items: all ? undefined : items, where, order, limit, offset };
  }

  #item(): Item {
    const bracket = this.#take("(");
    const item = this.#plainItem();
    if (bracket) this.#need(")");
    if (!this.#take("as")) return item;
    return { ...item, name: this.#name() };
  }

  #plainItem(): Item {
    if (this.#call("count")) {
      const kind = this.#take("distinct") ? "count-distinct" : "count";
      const of: Expression = this.#take("*") ? () => 1 : this.#value();
      this.#need(")");
      return { name: "count", kind, of };
    }
    if (this.#call("skeys")) {
      const of = this.#value();
      this.#need(")");
      return { name: "skeys", kind: "keys", of };
    }
    const word = this.#words[this.#next];
    return { name: word?.kind === "name" ? word.text : "?column?", kind: "value", of: this.#value() };
  }

  #either(): Condition {
    const one = this.#both();
    if (!this.#take("or")) return one;
    const other = this.#either();
    return (row) => one(row) || other(row);
  }

  #both(): Condition {
    const one = this.#test();
    if (!this.#take("and")) return one;
    const other = this.#both();
    return (row) => one(row) && other(row);
  }

  #test(): Condition {
    if (this.#take("not")) {
      const test = this.#test();
      return (row) => !test(row);
    }
    if (this.#take("(")) {
      const inside = this.#either();
      this.#need(")");
      return inside;
    }
    const left = this.#value();
    if (this.#take("is")) {
      const wanted = !this.#take("not");
      this.#need("null");
      return (row) => (left(row) === null) === wanted;
    }
    if (this.#take("?")) {
      const key = this.#value();
      return (row) => keyOf(left(row), key(row)) !== undefined;
    }
    const negated = this.#take("not");
    if (this.#take("in")) return this.#among(left, negated);
    for (const [word, flags] of [
      ["like", "su"],
      ["ilike", "isu"],
    ] as const) {
      if (!this.#take(word)) continue;
      const right = this.#value();
      return (row) => like(left(row), right(row), flags) !== negated;
    }
    return this.#comparison(left);
  }

  #among(left: Expression, negated: boolean): Condition {
    this.#need("(");
    const values: Expression[] = [];
    do values.push(this.#value());
    while (this.#take(","));
    this.#need(")");
    return (row) => left(row) !== null && values.some((value) => equal(left(row), value(row))) !== negated;
  }

  #comparison(left: Expression): Condition {
    const word = this.#words[this.#next];
    const test = word?.kind === "sign" ? comparisons.get(word.text) : undefined;
    if (test === undefined) throw badSql(`a comparison is expected before ${show(word)}`);
    this.#next++;
    const right = this.#value();
    return (row) => {
      const [a, b] = [left(row), right(row)];
      return a !== null && b !== null && test(a, b);
    };
  }

  #value(): Expression {
    let value = this.#atom();
    while (this.#take("->") || this.#take("->>")) {
      const [of, key] = [value, this.#atom()];
      value = (row) => keyOf(of(row), key(row)) ?? null;
    }
    while (this.#take("::")) this.#name();
    return value;
  }

  #atom(): Expression {
    const word = this.#words[this.#next++];
    if (word?.kind === "text") return () => word.text;
    if (word?.kind === "number") return () => word.value;
    if (word?.kind === "parameter") {
      const parameter = this.#parameters[word.value - 1];
      if (parameter === undefined) throw badSql(`there is no parameter $${word.value}`);
      return () => parameter;
    }
    if (word?.kind !== "name") throw badSql(`a value is expected before ${show(word)}`);
    const column = word.text.startsWith("streams.") ? word.text.slice(8) : word.text;
    if (!this.#columns.includes(column)) throw badSql(`no column '${column}': there are ${this.#columns.join(", ")}`);
    return (row) => row[column] ?? null;
  }

  #count(): number {
    const value = Number(this.#atom()({}));
    if (!Number.isSafeInteger(value) || value < 0) throw badSql("a limit and an offset are whole numbers");
    return value;
  }

  #name(): string {
    const word = this.#words[this.#next++];
    if (word?.kind !== "name") throw badSql(`a name is expected before ${show(word)}`);
    return word.text;
  }

  #call(name: string): boolean {
    const after = this.#words[this.#next + 1];
    if (after?.kind !== "sign" || after.text !== "(" || !this.#take(name)) return false;
    this.#next++;
    return true;
  }

  #take(text: string): boolean {
    const word = this.#words[this.#next];
    if (word === undefined || (word.kind !== "name" && word.kind !== "sign") || word.text !== text) return false;
    this.#next++;
    return true;
  }

  #need(text: string): void {
    if (!this.#take(text)) throw badSql(`'${text}' is expected before ${show(this.#words[this.#next])}`);
  }
}

function show(word: Word | undefined): string {
  return word === undefined ? "its end" : "text" in word ? `'${word.text}'` : String(word.value);
}

const comparisons = new Map<string, (a: Cell, b: Cell) => boolean>([
  ["=", equal],
  ["!=", (a, b) => !equal(a, b)],
  ["<>", (a, b) => !equal(a, b)],
  ["<", (a, b) => order(a, b) < 0],
  ["<=", (a, b) => order(a, b) <= 0],
  [">", (a, b) => order(a, b) > 0],
  [">=", (a, b) => order(a, b) >= 0],
]);

/** Parameters are text, also where a number is meant. */
export function order(a: Cell, b: Cell): number {
  if (typeof a === "number" || typeof b === "number") return Number(a) - Number(b);
  return String(a) < String(b) ? -1 : String(a) > String(b) ? 1 : 0;
}

function equal(a: Cell, b: Cell): boolean {
  return a !== null && b !== null && order(a, b) === 0;
}

function keyOf(cell: Cell, key: Cell): string | null | undefined {
  return cell !== null && typeof cell === "object" && typeof key === "string" && Object.hasOwn(cell, key) ? cell[key] : undefined;
}

/** `%` is any text, `_` any character, a backslash takes the next one as it is. Matched without a regular expression of the user's. */
function like(cell: Cell, pattern: Cell, flags: string): boolean {
  if (typeof cell !== "string" || typeof pattern !== "string") return false;
  const fold = (text: string) => (flags.includes("i") ? text.toLowerCase() : text);
  const text = [...fold(cell)];
  const parts: (string | { readonly any: "one" | "many" })[] = [];
  const signs = [...fold(pattern)];
  for (let k = 0; k < signs.length; k++) {
    const sign = signs[k] as string; // k < length
    if (sign === "\\" && k + 1 < signs.length) parts.push(signs[++k] as string);
    else parts.push(sign === "%" ? { any: "many" } : sign === "_" ? { any: "one" } : sign);
  }
  let row = 0;
  let part = 0;
  let many = -1;
  let from = 0;
  while (row < text.length) {
    const wanted = parts[part];
    if (typeof wanted === "object" && wanted.any === "many") {
      many = part++;
      from = row;
    } else if (wanted !== undefined && (typeof wanted === "object" || wanted === text[row])) {
      part++;
      row++;
    } else if (many >= 0) {
      part = many + 1;
      row = ++from;
    } else return false;
  }
  return parts.slice(part).every((rest) => typeof rest === "object" && rest.any === "many");
}
