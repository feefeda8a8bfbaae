import { spawn } from "node:child_process";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import { openEfd } from "@sonde/efd";

const credentials = { accessKeyId: "sonde", secretAccessKey: "sonde-bench" };
const servers = new Map();

/** The endpoint of a server over the data beside `file`, started once. */
function endpointOf(file, latency) {
  const known = servers.get(latency);
  if (known !== undefined) return known;
  const script = fileURLToPath(new URL("./serve.mjs", import.meta.url));
  const child = spawn(process.execPath, [script, `${file}.bucket`, String(latency)], { stdio: ["pipe", "pipe", "inherit"] });
  const endpoint = createInterface({ input: child.stdout })
    [Symbol.asyncIterator]()
    .next()
    .then(({ value }) => value);
  servers.set(latency, endpoint);
  return endpoint;
}

async function withTopic(file, latency, work) {
  const endpoint = await endpointOf(file, latency);
  const archive = await openEfd({ bucket: "archive", endpoint, region: "us-east-1", credentials });
  try {
    return await work(await archive.topic("example-002-aggregated"));
  } finally {
    await archive.close();
  }
}

const read = (file, latency) => withTopic(file, latency, async (topic) => found([await topic.read().table()]));

/** Rows, and the bounds of one column. */
function found(tables) {
  let [rows, min, max] = [0, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
  for (const table of tables) {
    rows += table.numRows;
    for (const { values, length } of table.getChild("mean_value1").data) {
      for (let row = 0; row < length; row++) {
        if (values[row] < min) min = values[row];
        if (values[row] > max) max = values[row];
      }
    }
  }
  return [rows, min, max];
}

export const hours = (file) => read(file, 0);
export const hours_late = (file) => read(file, 20);
export const dataset = (file) => read(file, 0);
export const dataset_late = (file) => read(file, 20);

export function month(file) {
  return withTopic(file, 0, async (topic) => {
    let [rows, min, max] = [0, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
    for await (const batch of topic.read({ columns: ["min_value1", "mean_value1", "max_value1"] })) {
      const part = found([batch]);
      rows += part[0];
      min = Math.min(min, part[1]);
      max = Math.max(max, part[2]);
    }
    return [rows, min, max];
  });
}
