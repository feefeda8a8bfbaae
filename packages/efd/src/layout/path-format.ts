import { sondeError, type TimeRange } from "@sonde/core";

/** How the sink names the folders of a topic by time, in UTC. */
export interface PathFormat {
  /** As Joda writes it: `'year'=YYYY/'month'=MM`. */
  readonly pattern: string;
  /** Folders below each other. */
  readonly depth: number;
  /** The folder of an instant, without slashes around it. */
  directoryOf(time: bigint): string;
  /** The instants of a folder, half open; undefined for another name. */
  rangeOf(directory: string): TimeRange | undefined;
  /** Whether a name can be that of a folder at `level`, counted from 0. */
  isSegment(name: string, level: number): boolean;
}

const shorthands: ReadonlyMap<string, string> = new Map([
  ["hourly", "'year'=YYYY/'month'=MM/'day'=dd/'hour'=HH"],
  ["daily", "'year'=YYYY/'month'=MM/'day'=dd"],
]);

const units = ["year", "month", "day", "hour"] as const;
const tokens = /'([^']*)'|(YYYY|yyyy)|(MM)|(dd)|(HH)|([^A-Za-z'])/y;

/**
 * The folders of `path.format`, the pattern that Confluent's time-based partitioner takes (Joda-Time, DateTimeFormat): `'year'=YYYY/'month'=MM/'day'=dd/'hour'=HH`,
 * for short "hourly"; or "daily". Larger units stand before smaller ones, so that names sort as times do. Rejects `options` for others.
 */
export function pathFormat(text: string): PathFormat {
  const pattern = shorthands.get(text) ?? text;
  const found = patternParts(pattern);
  const count = found.filter((part) => part === undefined).length;
  const whole = new RegExp(`^${partsRegex(found)}$`);
  const segments = splitParts(found).map((parts) => new RegExp(`^${partsRegex(parts)}$`));

  return {
    pattern,
    depth: segments.length,
    directoryOf(time) {
      const text = new Date(Number(time >= 0n ? time / 1_000_000n : (time - 999_999n) / 1_000_000n)).toISOString();
      const values = [text.slice(0, 4), text.slice(5, 7), text.slice(8, 10), text.slice(11, 13)];
      let unit = 0;
      return found.map((part) => part ?? values[unit++]).join("");
    },
    rangeOf(directory) {
      const match = whole.exec(directory);
      if (match === null) return undefined;
      const numbers = match.slice(1).map(Number);
      const [year = 0, month = 1, day = 1, hour = 0] = numbers;
      const start = instant(year, month, day, hour);
      // A name that no calendar has, such as month 13, comes out as another one.
      if (start === undefined || this.directoryOf(start) !== directory) return undefined;
      const next = numbers.map((value, unit) => (unit === count - 1 ? value + 1 : value));
      const end = instant(next[0] ?? 0, next[1] ?? 1, next[2] ?? 1, next[3] ?? 0);
      return end === undefined ? undefined : { start, end };
    },
    isSegment: (name, level) => segments[level]?.test(name) ?? false,
  };
}

/** Years that 64-bit nanoseconds hold. */
function instant(year: number, month: number, day: number, hour: number): bigint | undefined {
  if (year < 1678 || year > 2261) return undefined;
  return BigInt(Date.UTC(year, month - 1, day, hour)) * 1_000_000n;
}

/** Literals as text, units as undefined: the first is the year, the second the month, and so on. */
function patternParts(pattern: string): (string | undefined)[] {
  const parts: (string | undefined)[] = [];
  let unit = 0;
  let at = 0;
  while (at < pattern.length) {
    tokens.lastIndex = at;
    const match = tokens.exec(pattern);
    if (match === null) throw refuse(pattern, `'${pattern.slice(at)}' is no unit of it`);
    at = tokens.lastIndex;
    const literal = match[1] ?? match[6];
    const asked = [match[2], match[3], match[4], match[5]].findIndex((text) => text !== undefined);
    if (literal !== undefined) parts.push(literal);
    else if (asked === unit) {
      parts.push(undefined);
      unit++;
    } else throw refuse(pattern, `its ${units[asked] ?? "text"} comes where a ${units[unit] ?? "slash"} should`);
  }
  if (unit === 0) throw refuse(pattern, "it names no year");
  return parts;
}

/** By the slashes of the literals. */
function splitParts(parts: readonly (string | undefined)[]): (string | undefined)[][] {
  const segments: (string | undefined)[][] = [[]];
  for (const part of parts) {
    if (part === undefined) segments.at(-1)?.push(undefined);
    else {
      for (const [index, text] of part.split("/").entries()) {
        if (index > 0) segments.push([]);
        segments.at(-1)?.push(text);
      }
    }
  }
  return segments;
}

/** The first unit has four digits, the others two. */
function partsRegex(parts: readonly (string | undefined)[]): string {
  return parts.map((part) => (part === undefined ? "(\\d{2}|\\d{4})" : part.replace(/[.*+?^${}()|[\]\\]/g, "\\$&"))).join("");
}

function refuse(pattern: string, problem: string) {
  const message = `pathFormat "${pattern}": ${problem}; write "hourly", "daily" or a pattern like 'year'=YYYY/'month'=MM/'day'=dd/'hour'=HH`;
  return sondeError("options", message, { issues: [{ path: "pathFormat", message }] });
}
