import type { Nanos, TimeRange } from "@sonde/core";
import { sondeError } from "@sonde/core/bytes";
import type { PackageKey } from "../backends/types.js";

const MILLISECOND = 1_000_000n;

/** "acc-5/1676296193326.dp". */
export const packageName = ({ topic, id }: PackageKey): string => `${topic}/${id}.dp`;

/** What a name says; undefined where it is none. A topic may hold slashes. */
export function parsePackageName(name: string): PackageKey | undefined {
  const match = /^(.+)\/(-?\d{1,19})\.dp$/s.exec(name);
  if (match === null) return undefined;
  const [, topic = "", digits = ""] = match;
  return { topic, id: BigInt(digits) };
}

/** As {@link parsePackageName}; rejects with `options` where it is none. */
export function packageKey(name: string | PackageKey): PackageKey {
  if (typeof name !== "string") return name;
  const key = parsePackageName(name);
  if (key === undefined) {
    const message = "must be a topic and an id: acc-5/1676296193326.dp";
    throw sondeError("options", `no name of a package: '${name}': it ${message}`, { issues: [{ path: "name", message }] });
  }
  return key;
}

/** Ids are Unix time in milliseconds. */
export const timeOfId = (id: bigint): Nanos => id * MILLISECOND;

/** The ids whose times are in a range: `[first, end)`. */
export function idsOf({ start, end }: TimeRange): { readonly first: bigint; readonly end: bigint } {
  return { first: up(start), end: up(end) };
}

const up = (time: Nanos): bigint => {
  const quotient = time / MILLISECOND;
  return time > quotient * MILLISECOND ? quotient + 1n : quotient;
};
