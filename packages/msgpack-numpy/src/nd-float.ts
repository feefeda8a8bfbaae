/** Floats as NumPy prints them in arrays: the fewest digits that read back, at most eight after the point, points in one column. */

const precision = 8;

/** Largest magnitude that is written without an exponent, by type: the decimal digits a type holds, at most eight. */
const plainBelow: { readonly [width: string]: number } = { "2": 1e3, "4": 1e6, "8": 1e8 };

/** One word for each value, all of one width. `plus` is "+" where positive numbers carry a sign. */
export function formatFloats(values: readonly number[], dtype: string, plus: "" | "+"): string[] {
  const finite = values.filter(Number.isFinite);
  const magnitudes = finite.map(Math.abs).filter((value) => value !== 0);
  const most = magnitudes.reduce((a, b) => Math.max(a, b), 0);
  const least = magnitudes.reduce((a, b) => Math.min(a, b), Number.POSITIVE_INFINITY);
  const exponents = magnitudes.length > 0 && (most >= (plainBelow[dtype.slice(2)] ?? 1e8) || least < 1e-4 || most / least > 1000);
  const parts = new Map(values.map((value) => [value, exponents ? scientific(value, dtype) : positional(value, dtype)]));
  const signed = (value: number): string => (value < 0 || Object.is(value, -0) ? "-" : plus);
  const sized = finite.map((value) => ({ sign: signed(value), ...(parts.get(value) ?? noParts) }));
  const longest = (texts: readonly string[]) => texts.reduce((width, text) => Math.max(width, text.length), 0);
  const fraction = longest(sized.map((part) => part.fraction));
  const exponent = longest(sized.map((part) => part.exponent));
  const right = fraction + (exponents ? exponent + 1 : 0);
  const others = values.filter((value) => !Number.isFinite(value));
  // "nan", "inf" and "-inf" may reach over the point and the fraction.
  const whole = Math.max(
    longest(sized.map((part) => part.sign + part.whole)),
    others.length > 0 ? 3 - (right + 1) : 0,
    others.some((value) => value < 0 || plus === "+") && others.length > 0 ? 4 - (right + 1) : 0,
  );
  return values.map((value) => {
    if (Number.isNaN(value)) return `${plus}nan`.padStart(whole + right + 1);
    if (!Number.isFinite(value)) return `${signed(value)}inf`.padStart(whole + right + 1);
    const part = parts.get(value) ?? noParts;
    if (!exponents) return `${(signed(value) + part.whole).padStart(whole)}.${part.fraction.padEnd(fraction)}`;
    // All fractions have one length: digits past the shortest ones are the value's own.
    const own = halfToEven((places) => Math.abs(value).toExponential(places), fraction).replace(/e.*/, "");
    const before = (signed(value) + own.charAt(0)).padStart(whole);
    return `${before}.${own.slice(2)}e${part.exponent.charAt(0)}${part.exponent.slice(1).padStart(exponent - 1, "0")}`;
  });
}

interface Parts {
  readonly whole: string;
  readonly fraction: string;
  /** With its sign and two digits at least; empty without one. */
  readonly exponent: string;
}
const noParts: Parts = { whole: "0", fraction: "", exponent: "" };

function positional(value: number, dtype: string): Parts {
  const { digits, exponent } = decimal(value, dtype);
  const point = exponent + 1;
  const whole = point <= 0 ? "0" : digits.slice(0, point).padEnd(point, "0");
  const fraction = point <= 0 ? "0".repeat(-point) + digits : digits.slice(point);
  if (fraction.length <= precision) return { whole, fraction: fraction.replace(/0+$/, ""), exponent: "" };
  const [rounded = "0", rest = ""] = halfToEven((places) => Math.abs(value).toFixed(places), precision).split(".");
  return { whole: rounded, fraction: rest.replace(/0+$/, ""), exponent: "" };
}

function scientific(value: number, dtype: string): Parts {
  const { digits, exponent } = decimal(value, dtype);
  if (digits.length <= precision + 1) return { whole: digits.charAt(0), fraction: digits.slice(1), exponent: power(exponent) };
  const [mantissa = "0", rounded = "0"] = halfToEven((places) => Math.abs(value).toExponential(places), precision).split("e");
  const [whole = "0", fraction = ""] = mantissa.split(".");
  return { whole, fraction: fraction.replace(/0+$/, ""), exponent: power(Number(rounded)) };
}

/** JavaScript rounds a tie up, NumPy to the even digit; `write` gives the value with a number of places. */
function halfToEven(write: (places: number) => string, places: number): string {
  const [exact = "", exponent] = write(100).split("e");
  const end = exact.indexOf(".") + 1 + places;
  const kept = places === 0 ? exact.slice(0, end - 1) : exact.slice(0, end);
  const tie = /^50*$/.test(exact.slice(end)) && Number(kept.slice(-1)) % 2 === 0;
  return tie ? kept + (exponent === undefined ? "" : `e${exponent}`) : write(places);
}

const power = (exponent: number): string => `${exponent < 0 ? "-" : "+"}${String(Math.abs(exponent)).padStart(2, "0")}`;

/** The fewest digits that read back as `value` in its type: `d.igits * 10^exponent`. */
function decimal(value: number, dtype: string): { readonly digits: string; readonly exponent: number } {
  if (value === 0 || !Number.isFinite(value)) return { digits: "0", exponent: 0 };
  const [mantissa = "0", exponent = "0"] = exponential(Math.abs(value), dtype).split("e");
  return { digits: mantissa.replace(".", "").replace(/(?!^)0+$/, ""), exponent: Number(exponent) };
}

/** {@link decimal} as text, as `toExponential` writes it; types are "<f2", "<f4" and "<f8". */
export function exponential(value: number, dtype: string): string {
  const width = dtype.slice(2);
  if (width === "8") return value.toExponential();
  const magnitude = Math.abs(value);
  for (let count = 0; count < 9; count++) {
    const candidate = Number(magnitude.toExponential(count));
    if (width === "4" ? Math.fround(candidate) === magnitude : isNearestHalf(candidate, magnitude)) return value.toExponential(count);
  }
  return value.toExponential();
}

/** Whether a decimal is read as the half float `half`: it is nearer to it than to its neighbours. */
function isNearestHalf(candidate: number, half: number): boolean {
  const exponent = Math.max(Math.floor(Math.log2(half)), -14);
  const step = 2 ** (exponent - 10);
  const below = half === 2 ** exponent && exponent > -14 ? step / 2 : step;
  return candidate >= half ? candidate - half < step / 2 : half - candidate < below / 2;
}

/** A single float as Python's `str` has it: "1.0", "1e+16", "nan". */
export function shortest(value: number, dtype: string): string {
  if (Number.isNaN(value)) return "nan";
  const sign = value < 0 || Object.is(value, -0) ? "-" : "";
  if (!Number.isFinite(value)) return `${sign}inf`;
  const { digits, exponent } = decimal(value, dtype);
  if (value !== 0 && (exponent >= 16 || exponent < -4)) {
    return `${sign}${digits.charAt(0)}${digits.length > 1 ? `.${digits.slice(1)}` : ""}e${power(exponent)}`;
  }
  const point = exponent + 1;
  const whole = point <= 0 ? "0" : digits.slice(0, point).padEnd(point, "0");
  const fraction = point <= 0 ? "0".repeat(-point) + digits : digits.slice(point);
  return `${sign}${whole}.${fraction === "" ? "0" : fraction}`;
}
