import { mkdirSync, writeFileSync } from "node:fs";
import { cpus } from "node:os";
import { join } from "node:path";
import { root } from "@sonde-tooling/peers/lib/build";
import { peers } from "@sonde-tooling/peers/list";

/**
 * Memory does not grow with the file where it grows by less than a tenth of what the file grows by. From the last size but one to
 * the last: what a process takes before it has anything to collect is not growth.
 */
const memoryBar = 0.1;

const last = ({ sizes }) => {
  const [smaller, largest] = Object.values(sizes).slice(-2);
  return { smaller, largest };
};

/** { name, ours, peer, ratio, bar, holds }: milliseconds at the largest size; of memory, bytes gained for each byte of file gained. */
export function verdicts(bench, result) {
  const { smaller, largest } = last(result);
  const ratio = largest.ours.milliseconds / largest.peer.milliseconds;
  const time = {
    name: bench.name,
    ours: largest.ours.milliseconds,
    peer: largest.peer.milliseconds,
    ratio,
    bar: bench.bar,
    holds: bench.bar === undefined || ratio <= bench.bar,
  };
  const also = bench.also?.(result) ?? [];
  if (!bench.bounded) return [time, ...also];
  const gained = largest.bytes - smaller.bytes;
  const slope = (side) => (largest[side].peak - smaller[side].peak) / gained;
  const memory = slope("ours");
  return [
    time,
    { name: `${bench.name}, memory`, ours: memory, peer: slope("peer"), ratio: memory, bar: memoryBar, holds: memory <= memoryBar },
    ...also,
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

/** Every size of each bench, bars at the largest; how time grows, and the most memory. `first` is the run that warms up. */
export function table(results) {
  const rows = [["bench", "size", "ours", "peer", "ratio", "bar", "holds", "growth", "peer's", "memory", "peer's", "first", "peer's"]];
  const add = (...cells) => rows.push([...cells, ...Array.from({ length: rows[0].length - cells.length }, () => "")]);
  for (const { bench, result } of results) {
    const [time, ...rest] = verdicts(bench, result);
    const growth = [result.growth.ours, result.growth.peer].map((value) => (value === undefined ? "" : `n^${value.toFixed(2)}`));
    const sizes = Object.entries(result.sizes);
    for (const [k, [size, { ours, peer }]] of sizes.entries()) {
      const bar = time.bar === undefined ? ["", ""] : [String(rounded(time.bar)), time.holds ? "yes" : "NO"];
      const judged = k === sizes.length - 1 ? [...bar, ...growth] : ["", "", "", ""];
      const both = (name, show) => [show(ours[name]), show(peer[name])];
      const times = [...both("milliseconds", duration), (ours.milliseconds / peer.milliseconds).toFixed(2)];
      add(k === 0 ? bench.name : "", `${size} ${bench.unit}`, ...times, ...judged, ...both("peak", megabytes), ...both("first", duration));
    }
    for (const { name, ours, peer, bar, holds } of rest) {
      const what = name.slice(bench.name.length + 2);
      const shown = what === "memory" ? "memory for each byte of file" : what;
      add("", shown, ours.toFixed(2), peer.toFixed(2), "", String(bar), holds ? "yes" : "NO");
    }
  }
  const notes = results.map(({ bench }) => `${bench.name}: ${bench.notes}`);
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
