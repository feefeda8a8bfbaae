const second = 10n ** 18n;
/** Attoseconds of each unit that has a fixed length. */
const attoseconds: { readonly [unit: string]: bigint } = {
  W: 604_800n * second,
  D: 86_400n * second,
  h: 3_600n * second,
  m: 60n * second,
  s: second,
  ms: 10n ** 15n,
  us: 10n ** 12n,
  ns: 10n ** 9n,
  ps: 10n ** 6n,
  fs: 10n ** 3n,
  as: 1n,
};
/** Characters of "YYYY-MM-DDTHH:MM:SS.…" that a unit shows. */
const lengths: { readonly [unit: string]: number } = { W: 10, D: 10, h: 13, m: 16, s: 19, ms: 23, us: 26, ns: 29, ps: 32, fs: 35, as: 38 };

/** A `datetime64` of `count` units ("ns", "25s") since 1970 as NumPy prints it; outside of the years 0 to 9999, the count and its unit. */
export function dateText(count: bigint, unit: string): string {
  const { name, units } = single(count, unit);
  if (name === "Y" || name === "M") {
    const months = name === "Y" ? units * 12n : units;
    const month = ((months % 12n) + 12n) % 12n;
    const year = 1970n + (months - month) / 12n;
    const text = String(year).padStart(4, "0");
    if (year < 0n || year > 9999n) return `${count} ${unit}`;
    return name === "Y" ? text : `${text}-${String(month + 1n).padStart(2, "0")}`;
  }
  const length = attoseconds[name];
  if (length === undefined) return String(count);
  const total = units * length;
  const rest = ((total % second) + second) % second;
  const seconds = (total - rest) / second;
  if (seconds < -62_167_219_200n || seconds > 253_402_300_799n) return `${count} ${unit}`;
  const whole = new Date(Number(seconds) * 1000).toISOString().slice(0, 19);
  return `${whole}.${String(rest).padStart(18, "0")}`.slice(0, lengths[name]);
}

const names: { readonly [unit: string]: string } = {
  Y: "years",
  M: "months",
  W: "weeks",
  D: "days",
  h: "hours",
  m: "minutes",
  s: "seconds",
  ms: "milliseconds",
  us: "microseconds",
  ns: "nanoseconds",
  ps: "picoseconds",
  fs: "femtoseconds",
  as: "attoseconds",
};

/** A `timedelta64` as NumPy prints it: "5 nanoseconds". */
export function durationText(count: bigint, unit: string): string {
  const { name, units } = single(count, unit);
  return `${units} ${names[name] ?? "generic units"}`;
}

/** "25s" is 25 of "s". */
function single(count: bigint, unit: string): { readonly name: string; readonly units: bigint } {
  const name = unit.replace(/^\d+/, "");
  return { name, units: count * BigInt(unit.slice(0, unit.length - name.length) || 1) };
}
