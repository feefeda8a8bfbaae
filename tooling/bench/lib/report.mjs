import { mkdirSync, writeFileSync } from "node:fs";
import { cpus } from "node:os";
import { join } from "node:path";
import { root } from "@sonde-tooling/peers/lib/build";
import { peers } from "@sonde-tooling/peers/list";

/** Memory does not grow with the file where it grows by less than a tenth of what the file grows by. */
const memoryBar = 0.1;

const ends = ({ sizes }) => {
  const all = Object.entries(sizes);
  return { smallest: all[0][1], largest: all.at(-1)[1] };
};

/** { name, ours, peer, ratio, bar, holds }: milliseconds at the largest size; of memory, bytes gained for each byte of file gained. */
export function verdicts(bench, result) {
  const { smallest, largest } = ends(result);
  const ratio = largest.ours.milliseconds / largest.peer.milliseconds;
  const time = {
    name: bench.name,
    ours: largest.ours.milliseconds,
    peer: largest.peer.milliseconds,
    ratio,
    bar: bench.bar,
    holds: ratio <= bench.bar,
  };
  if (!bench.bounded) return [time];
  const gained = largest.bytes - smallest.bytes;
  const slope = (side) => (largest[side].peak - smallest[side].peak) / gained;
  const memory = slope("ours");
  return [
    time,
    { name: `${bench.name}, memory`, ours: memory, peer: slope("peer"), ratio: memory, bar: memoryBar, holds: memory <= memoryBar },
  ];
}

/** One result a bench, replaced by the next run: what was measured, on what, with which versions. */
export function keep(bench, result) {
  const folder = join(root, "bench", "results");
  mkdirSync(folder, { recursive: true });
  const kept = {
    name: bench.name,
    measures: bench.notes,
    machine: {
      processor: cpus()[0]?.model.trim() ?? "unknown",
      cores: cpus().length,
      system: `${process.platform} ${process.arch}`,
      node: process.version,
    },
    peer: peers.find(({ name }) => name === bench.peer).versions.join(", "),
    unit: bench.unit,
    sizes: rounded(result.sizes),
    growth: rounded(result.growth),
    verdicts: Object.fromEntries(verdicts(bench, result).map(({ name, ...verdict }) => [name, rounded(verdict)])),
  };
  writeFileSync(join(folder, `${bench.name}.json`), `${JSON.stringify(kept, null, 2)}\n`);
}

/** Three digits are more than a run is good for. */
function rounded(value) {
  if (typeof value === "number") return Number.isInteger(value) ? value : Number(value.toPrecision(3));
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, rounded(item)]));
}

/** The largest size of each bench, and how time and memory grow. */
export function table(results) {
  const rows = [["bench", "size", "ours", "peer", "ratio", "bar", "holds", "growth", "peer's", "memory", "peer's", "first", "peer's"]];
  const notes = [];
  for (const { bench, result } of results) {
    const { largest } = ends(result);
    const [time, memory] = verdicts(bench, result);
    const both = (name, show) => [show(largest.ours[name]), show(largest.peer[name])];
    const growth = [result.growth.ours, result.growth.peer].map((value) => (value === undefined ? "" : `n^${value.toFixed(2)}`));
    rows.push([
      bench.name,
      `${Object.keys(result.sizes).at(-1)} ${bench.unit}`,
      ...both("milliseconds", duration),
      time.ratio.toFixed(2),
      String(time.bar),
      time.holds ? "yes" : "NO",
      ...growth,
      ...both("peak", megabytes),
      ...both("first", duration),
    ]);
    if (memory !== undefined) {
      const row = [
        "",
        "memory for each byte of file",
        memory.ours.toFixed(2),
        memory.peer.toFixed(2),
        "",
        String(memory.bar),
        memory.holds ? "yes" : "NO",
      ];
      rows.push([...row, ...Array.from({ length: rows[0].length - row.length }, () => "")]);
    }
    notes.push(`${bench.name}: ${bench.notes}`);
  }
  const widths = rows[0].map((_, column) => Math.max(...rows.map((row) => row[column].length)));
  const line = (row) =>
    row
      .map((cell, column) => (column < 2 ? cell.padEnd(widths[column]) : cell.padStart(widths[column])))
      .join("  ")
      .trimEnd();
  return [...rows.map(line), "", ...notes].join("\n");
}

const duration = (milliseconds) =>
  milliseconds < 1000 ? `${milliseconds.toPrecision(3)} ms` : `${(milliseconds / 1000).toPrecision(3)} s`;
const megabytes = (bytes) => `${Math.round(bytes / 1e6)} MB`;
