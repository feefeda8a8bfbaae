import type { Transfer } from "./transfers.js";

/** Up to here copying byte by byte is faster than by views. */
const shortRun = 16;

/** Copies what is wanted of a transfer, whose bytes begin at `at`. */
export function copyTransfer(bytes: Uint8Array, at: number, out: Uint8Array, { target, run, loops }: Transfer): void {
  copyLoop(bytes, at, out, target, run, loops, 0);
}

function copyLoop(bytes: Uint8Array, at: number, out: Uint8Array, to: number, run: number, loops: Transfer["loops"], depth: number): void {
  const loop = loops[depth];
  if (loop === undefined) {
    out.set(bytes.subarray(at, at + run), to);
    return;
  }
  const isInnermost = depth === loops.length - 1;
  if (isInnermost && run === 2) copyPairs(bytes, at, out, to, loop);
  else if (isInnermost && run <= shortRun) copyShort(bytes, at, out, to, run, loop);
  else for (let k = 0; k < loop.count; k++) copyLoop(bytes, at + k * loop.from, out, to + k * loop.to, run, loops, depth + 1);
}

function copyPairs(bytes: Uint8Array, at: number, out: Uint8Array, to: number, loop: Transfer["loops"][number]): void {
  const { count, from, to: step } = loop;
  for (let k = 0, source = at, target = to; k < count; k++, source += from, target += step) {
    out[target] = bytes[source] ?? 0;
    out[target + 1] = bytes[source + 1] ?? 0;
  }
}

function copyShort(bytes: Uint8Array, at: number, out: Uint8Array, to: number, run: number, loop: Transfer["loops"][number]): void {
  const { count, from, to: step } = loop;
  for (let k = 0, source = at, target = to; k < count; k++, source += from, target += step) {
    for (let byte = 0; byte < run; byte++) out[target + byte] = bytes[source + byte] ?? 0;
  }
}
