import { spawn } from "node:child_process";
import { once } from "node:events";
import { rmSync, writeFileSync } from "node:fs";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import { connect } from "@sonde/drift";

// `ours.mjs <bench> <file> <size>`: the servers are there before the clock starts, and the other side finds them by the file.
const [, , , file] = process.argv;
const child = spawn(process.execPath, [fileURLToPath(new URL("./server.mjs", import.meta.url)), file], {
  stdio: ["pipe", "pipe", "inherit"],
});
const [line] = await once(createInterface({ input: child.stdout }), "line");
const found = `${file}.servers`;
writeFileSync(found, line);
process.on("exit", () => rmSync(found, { force: true }));

const { password, topic, ports } = JSON.parse(line);

async function walk(packages) {
  const device = await connect({ host: "127.0.0.1", password, packages, metrics: "none", bus: "none", ports });
  let total = 0;
  for await (const { id, status } of device.packages(topic)) total += Number(id % 100_000n) + status.code;
  await device.close();
  return total;
}

export const s3 = () => walk("minio");
export const reduct = () => walk("reductstore");
