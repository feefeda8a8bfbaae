import { formatNanos } from "@sonde/core";
import type { RunHeader } from "../catalog/types.js";
import { nanosOf } from "../event-model/seconds.js";
import { jsonText, plainOf } from "../write/plain.js";

/** The header as people read it: when, how it ended, and every key of the start. */
export function runText({ start, stop }: RunHeader): string {
  const { uid, time, ...rest } = start;
  const lines: (readonly [string, string])[] = [["time", timeText(time)]];
  for (const [key, value] of Object.entries(rest)) lines.push([key, shown(value)]);
  lines.push(["stop", stop === undefined ? "none: under way, or its writer died" : stopText(stop, time)]);
  const width = Math.max(...lines.map(([key]) => key.length)) + 1;
  return [`Run ${uid}`, ...lines.map(([key, text]) => `    ${`${key}:`.padEnd(width)} ${text}`)].join("\n");
}

function stopText(stop: NonNullable<RunHeader["stop"]>, began: number): string {
  const counts = Object.entries(stop.num_events ?? {}).map(([stream, count]) => `${count} in ${stream}`);
  const seconds = Number.isFinite(stop.time) ? `, after ${(stop.time - began).toFixed(3)} s` : "";
  return `${stop.exit_status}${stop.reason ? ` (${stop.reason})` : ""}${seconds}${counts.length > 0 ? `; events: ${counts.join(", ")}` : ""}`;
}

function timeText(seconds: number): string {
  return formatNanos(nanosOf(seconds));
}

const longest = 100;

function shown(value: unknown): string {
  const text = typeof value === "string" ? value : jsonText(plainOf(value));
  const line = text.replace(/[\r\n]+/g, " ");
  return line.length > longest ? `${line.slice(0, longest)}…` : line;
}
