/** What `sonde read` prints for Python's `repr` of an entry, in a column for whole entries: bigints are printed as digits where a number would lose some. */
export function jsonOfRepr(repr: string): unknown {
  return withIntegers(valueOfRepr(repr), (value) => (Number.isSafeInteger(Number(value)) ? Number(value) : String(value)));
}

/** The same where each key of an entry has a column, whose integers have 64 bits and are digits all. */
export function columnsOfRepr(repr: string): unknown {
  return withIntegers(valueOfRepr(repr), String);
}

function withIntegers(value: unknown, print: (value: bigint) => unknown): unknown {
  if (typeof value === "bigint") return print(value);
  if (Array.isArray(value)) return value.map((item) => withIntegers(item, print));
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, withIntegers(item, print)]));
}

/**
 * A value from Python's `repr`: integers are bigints, arrays of NumPy nested lists, records objects by field, complex numbers
 * {re, im}, bytes base64, those of NumPy's fixed-length strings text.
 */
function valueOfRepr(repr: string): unknown {
  let at = 0;
  let arrays = 0;
  const space = () => {
    while (/\s/.test(repr[at] ?? "")) at++;
  };
  const take = (text: string): boolean => {
    space();
    if (!repr.startsWith(text, at)) return false;
    at += text.length;
    return true;
  };
  const expect = (text: string) => {
    if (!take(text)) throw new Error(`expected ${text} at ${at} of ${repr}`);
  };
  const list = (end: string): unknown[] => {
    const items: unknown[] = [];
    while (!take(end)) {
      items.push(value());
      take(",");
    }
    return items;
  };
  const quoted = (): string => {
    const match = /'(?:[^'\\]|\\.)*'/y;
    match.lastIndex = at;
    const text = match.exec(repr)?.[0] ?? "";
    at += text.length;
    return text.slice(1, -1).replace(/\\x([0-9a-f]{2})/g, (_, hex) => String.fromCharCode(Number.parseInt(hex, 16)));
  };

  function value(): unknown {
    if (take("{")) {
      const entries: [string, unknown][] = [];
      while (!take("}")) {
        const key = String(value());
        expect(":");
        entries.push([key, value()]);
        take(",");
      }
      return Object.fromEntries(entries);
    }
    if (take("[")) return list("]");
    if (take("array(")) {
      arrays += 1;
      const items = value();
      arrays -= 1;
      const fields = take(",") && take("dtype=") ? dtype() : undefined;
      expect(")");
      return Array.isArray(fields) ? asRecords(items, fields) : fields === "int64" || fields === "uint64" ? asDigits(items) : items;
    }
    if (take("(")) return list(")");
    if (take("np.")) {
      const name = /[a-zA-Z_0-9]*/y;
      name.lastIndex = at;
      const type = name.exec(repr)?.[0] ?? "";
      at += type.length;
      if (type === "True_" || type === "False_") return type === "True_";
      expect("(");
      const inner = type.startsWith("complex") ? complex() : value();
      expect(")");
      return inner;
    }
    for (const [text, constant] of [
      ["True", true],
      ["False", false],
      ["None", null],
      ["nan", "NaN"],
    ] as const)
      if (take(text)) return constant;
    space();
    if (repr[at] === "'") return quoted();
    if (take("b")) return arrays > 0 ? quoted() : Buffer.from(quoted(), "latin1").toString("base64");
    return number();
  }
  function number(): unknown {
    space();
    const match = /[-+]?\d+(\.\d*)?(e[-+]?\d+)?/y;
    match.lastIndex = at;
    const text = match.exec(repr)?.[0] ?? "";
    if (text === "") throw new Error(`nothing known at ${at} of ${repr}`);
    at += text.length;
    return /^[-+]?\d+$/.test(text) ? BigInt(text) : Number(text);
  }
  function complex(): unknown {
    const [re, im] = [Number(number()), Number(number())];
    expect("j");
    return { re, im };
  }
  function dtype(): unknown {
    if (repr[at] === "[") return value();
    const name = /\w+/y;
    name.lastIndex = at;
    const text = name.exec(repr)?.[0] ?? "";
    at += text.length;
    return text;
  }

  const result = value();
  if (at !== repr.length) throw new Error(`more at ${at} of ${repr}`);
  return result;
}

function asDigits(items: unknown): unknown {
  return Array.isArray(items) ? items.map(asDigits) : String(items);
}

function asRecords(items: unknown, fields: unknown[]): unknown {
  const names = fields.map((field) => (field as [string])[0]);
  return (items as unknown[][]).map((cells) => Object.fromEntries(cells.map((cell, index) => [names[index], cell])));
}
