import { spawn } from "node:child_process";
import { once } from "node:events";
import { rmSync, writeFileSync } from "node:fs";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import { connect } from "@sonde/btrdb";

// `ours.mjs <bench> <file> <size>`: the server is there before the clock starts, and the other side finds it by the file.
const [, , , file, size] = process.argv;
const child = spawn(process.execPath, [fileURLToPath(new URL("./server.mjs", import.meta.url)), size], {
  stdio: ["pipe", "pipe", "inherit"],
});
const [line] = await once(createInterface({ input: child.stdout }), "line");
const found = `${file}.server`;
writeFileSync(found, line);
process.on("exit", () => rmSync(found, { force: true }));

const { endpoint, uuid, ...bounds } = JSON.parse(line);
const range = { start: BigInt(bounds.start), end: BigInt(bounds.end) };
const byArrow = await connect(endpoint);
const byMessages = await connect(endpoint, { arrow: false });
// Both sides have their stream before the clock starts.
const [inArrow, inMessages] = [await byArrow.streamFromUuid(uuid), await byMessages.streamFromUuid(uuid)];

export const values = async () => (await inMessages.values(range).table()).numRows;
export const arrow = async () => (await inArrow.values(range).table()).numRows;

export async function stream() {
  let rows = 0;
  for await (const batch of inArrow.values(range)) rows += batch.numRows;
  return rows;
}

export async function windows() {
  const { pointWidth } = inArrow.windowsFor(range, 2_000);
  return (await inArrow.alignedWindows({ ...range, pointWidth }).table()).numRows;
}

let columns;
export async function insert(_, points) {
  columns ??= {
    times: BigInt64Array.from({ length: points }, (_, row) => 1_600_000_000_000_000_000n + BigInt(row) * 1_000_000n),
    values: Float64Array.from({ length: points }, (_, row) => row / 8),
  };
  const stream = await byArrow.create({ collection: "bench/insert", tags: { name: crypto.randomUUID() } });
  await stream.insert(columns);
  const count = await stream.count();
  await stream.obliterate();
  return count;
}
