import { sondeError } from "@sonde/core/bytes";

export type NpyHeader = {
  /** "<u2"; of structured types the text of their list. */
  readonly descr: string;
  readonly fortranOrder: boolean;
  readonly shape: readonly number[];
};

/**
 * The header of a `.npy` file: a Python dictionary of exactly `descr`, `fortran_order` and `shape`. It is read as data, strictly; nothing
 * else that Python would take is taken. Rejects `format`.
 */
export function parseNpyHeader(bytes: Uint8Array, name: string, offset: number): NpyHeader {
  const header = new TextDecoder("latin1").decode(bytes);
  let at = 0;
  const fail = (problem: string): never => {
    throw sondeError("format", `${name}: the header ${problem} at byte ${offset + at}: the file is damaged or no .npy file`, {
      key: name,
      offset: offset + at,
    });
  };
  const take = (pattern: RegExp): string | undefined => {
    pattern.lastIndex = at;
    const found = pattern.exec(header)?.[0];
    at += found?.length ?? 0;
    return found;
  };
  const expect = (pattern: RegExp, what: string): string => {
    take(/\s*/y);
    return take(pattern) ?? fail(`lacks ${what}`);
  };
  const quoted = (): string => expect(/'[^'\\]{0,200}'|"[^"\\]{0,200}"/y, "text").slice(1, -1);

  const shapeOf = (): number[] => {
    expect(/\(/y, "a shape");
    const shape: number[] = [];
    for (;;) {
      take(/\s*/y);
      if (take(/\)/y) !== undefined) return shape;
      if (shape.length === 64) fail("has more than 64 dimensions");
      // Python 2 wrote "5L".
      const length = Number(expect(/\d{1,16}/y, "a length"));
      take(/L/y);
      if (!Number.isSafeInteger(length)) fail("has a length past 2^53");
      shape.push(length);
      take(/\s*/y);
      if (take(/,/y) === undefined && header[at] !== ")") fail("lacks a comma");
    }
  };
  /** A structured type: its text up to the bracket that ends it. */
  const fieldsOf = (): string => {
    const start = at;
    let depth = 0;
    do {
      const token = take(/[[\]]|'[^'\\]*'|"[^"\\]*"|[^[\]'"]+/y) ?? fail("ends in its type");
      if (token === "[") depth += 1;
      if (token === "]") depth -= 1;
    } while (depth > 0);
    return header.slice(start, at);
  };

  let descr: string | undefined;
  let fortranOrder: boolean | undefined;
  let shape: readonly number[] | undefined;
  expect(/\{/y, "a dictionary");
  for (;;) {
    take(/\s*/y);
    if (take(/\}/y) !== undefined) break;
    const key = quoted();
    expect(/:/y, "a colon");
    take(/\s*/y);
    if (key === "descr" && descr === undefined) descr = header[at] === "[" ? fieldsOf() : quoted();
    else if (key === "fortran_order" && fortranOrder === undefined) fortranOrder = expect(/True|False/y, "True or False") === "True";
    else if (key === "shape" && shape === undefined) shape = shapeOf();
    else fail(`has the key ${JSON.stringify(key)}`);
    take(/\s*/y);
    if (take(/,/y) === undefined && header[at] !== "}") fail("lacks a comma");
  }
  if (expect(/\s*$/y, "its end") !== undefined && descr !== undefined && fortranOrder !== undefined && shape !== undefined) {
    return { descr, fortranOrder, shape };
  }
  return fail("lacks descr, fortran_order or shape");
}
