/** A complex number, of Python or NumPy. */
export class Complex {
  readonly re: number;
  readonly im: number;

  constructor(re: number, im: number) {
    this.re = re;
    this.im = im;
  }

  /** As Python prints it: `(1+2j)`, `2j`, `(nan+infj)`. */
  toString(): string {
    return complexText(this, (magnitude) => magnitude.toExponential());
  }

  [Symbol.for("nodejs.util.inspect.custom")](): string {
    return this.toString();
  }
}

/** Python's `repr` of a complex; `digits` writes a float of its type with the fewest digits that read back, in exponential form. */
export function complexText({ re, im }: Complex, digits: (value: number) => string): string {
  const imaginary = pythonFloat(im, digits);
  if (re === 0 && !Object.is(re, -0)) return `${imaginary}j`;
  return `(${pythonFloat(re, digits)}${imaginary.startsWith("-") ? "" : "+"}${imaginary}j)`;
}

/** Digits of Python's `repr` inside a complex: the shortest that read back, no ".0", an exponent from 1e16 and below 1e-4. */
function pythonFloat(value: number, write: (value: number) => string): string {
  if (Number.isNaN(value)) return "nan";
  if (!Number.isFinite(value)) return value < 0 ? "-inf" : "inf";
  if (value === 0) return Object.is(value, -0) ? "-0" : "0";
  const [mantissa = "", power = "0"] = write(value).split("e");
  const exponent = Number(power);
  if (exponent >= 16 || exponent < -4) {
    return `${mantissa}e${exponent < 0 ? "-" : "+"}${String(Math.abs(exponent)).padStart(2, "0")}`;
  }
  const digits = mantissa.replace(/[-.]/g, "");
  const sign = value < 0 ? "-" : "";
  if (exponent < 0) return `${sign}0.${"0".repeat(-exponent - 1)}${digits}`;
  if (digits.length <= exponent + 1) return sign + digits.padEnd(exponent + 1, "0");
  return `${sign}${digits.slice(0, exponent + 1)}.${digits.slice(exponent + 1)}`;
}

const unsigned = "(?:\\d+\\.?\\d*(?:e[+-]?\\d+)?|\\.\\d+(?:e[+-]?\\d+)?|inf(?:inity)?|nan)";
const onlyReal = new RegExp(`^[+-]?${unsigned}$`, "i");
const onlyImaginary = new RegExp(`^([+-]?${unsigned})j$`, "i");
const both = new RegExp(`^([+-]?${unsigned})([+-]${unsigned})j$`, "i");
/** Two shortest floats, their signs, "j" and parentheses take 52 characters. */
const longest = 100;

/** What Python's `complex(text)` reads of its own `repr`; undefined where it is none. */
export function parseComplex(text: string): Complex | undefined {
  const bare = text.startsWith("(") && text.endsWith(")") ? text.slice(1, -1) : text;
  if (bare.length > longest) return undefined;
  if (onlyReal.test(bare)) return new Complex(number(bare), 0);
  const imaginary = onlyImaginary.exec(bare)?.[1];
  if (imaginary !== undefined) return new Complex(0, number(imaginary));
  const [, re, im] = both.exec(bare) ?? [];
  return re === undefined || im === undefined ? undefined : new Complex(number(re), number(im));
}

function number(text: string): number {
  const name = text.toLowerCase().replace(/^[+-]/, "");
  const sign = text.startsWith("-") ? -1 : 1;
  if (name === "nan") return Number.NaN;
  return name.startsWith("inf") ? sign * Number.POSITIVE_INFINITY : Number(text);
}
