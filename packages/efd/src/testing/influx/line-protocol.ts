import { sondeError } from "@sonde/core";

export type FieldValue = number | bigint | string | boolean;
export type Point = {
  readonly measurement: string;
  readonly tags: ReadonlyMap<string, string>;
  readonly fields: ReadonlyMap<string, FieldValue>;
  readonly time: bigint;
};

/** Points in InfluxDB's line protocol, times in nanoseconds (InfluxDB 1 documentation, "Line protocol reference"). */
export function parseLines(text: string, now: () => bigint): readonly Point[] {
  return text
    .split("\n")
    .filter((line) => line.trim() !== "" && !line.startsWith("#"))
    .map((line) => parseLine(line, now));
}

function parseLine(line: string, now: () => bigint): Point {
  const [head = "", body = "", time] = splitOutside(line, " ");
  const [measurement = "", ...tags] = splitOutside(head, ",").map(unescaped);
  const pairs = splitOutside(body, ",").map((pair) => splitOutside(pair, "="));
  const fields = pairs.map(([name = "", value = ""]): [string, FieldValue] => [unescaped(name), fieldValue(value)]);
  const pairOf = (tag: string): [string, string] => [tag.slice(0, tag.indexOf("=")), tag.slice(tag.indexOf("=") + 1)];
  return { measurement, tags: new Map(tags.map(pairOf)), fields: new Map(fields), time: time === undefined ? now() : BigInt(time) };
}

/** At a separator that is neither escaped nor in a quoted string. */
function splitOutside(text: string, separator: string): string[] {
  const parts: string[] = [];
  let part = "";
  let quoted = false;
  for (let at = 0; at < text.length; at++) {
    const character = text.charAt(at);
    if (character === "\\") {
      part += character + text.charAt(++at);
      continue;
    }
    if (character === '"') quoted = !quoted;
    if (character === separator && !quoted) {
      parts.push(part);
      part = "";
    } else part += character;
  }
  return [...parts, part];
}

function unescaped(text: string): string {
  return text.replace(/\\([,= ])/g, "$1");
}

function fieldValue(text: string): FieldValue {
  if (text.startsWith('"')) return text.slice(1, -1).replace(/\\(["\\])/g, "$1");
  if (/^(t|true|f|false)$/i.test(text)) return /^t/i.test(text);
  if (/^-?\d+i$/.test(text)) return BigInt(text.slice(0, -1));
  const value = Number(text);
  if (text !== "" && Number.isFinite(value)) return value;
  throw sondeError("format", `unable to parse '${text}': invalid number`, {});
}
