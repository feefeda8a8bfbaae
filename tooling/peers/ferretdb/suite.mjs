import { spawn } from "node:child_process";
import { mkdirSync } from "node:fs";
import { connect, createServer } from "node:net";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { memoryCatalog, openCatalog } from "@sonde/databroker";
import { sampleScan } from "@sonde/databroker/testing";
import { cell, table } from "../databroker/values.mjs";

export async function suite({ cases, scratch, binary }) {
  // Lists in lists, of hints and of images, are what this server does not store.
  const documents = Array.from({ length: 40 }, (_, k) => {
    const metadata = { hints: {}, user: k % 3 === 0 ? "Ada" : "Dan", tags: ["a", `t${k % 4}`], ...(k % 8 === 0 && { plan_name: "count" }) };
    return sampleScan(4, { seed: k + 1, time: 1_700_000_000 + (k % 10) * 60, metadata });
  }).flat();
  const port = await freePort();
  const state = join(scratch, "state");
  mkdirSync(state);
  const address = `--listen-addr=127.0.0.1:${port}`;
  const child = spawn(
    binary,
    ["--handler=sqlite", `--sqlite-url=file:${state}/`, address, "--telemetry=disable", "--debug-addr=-", `--state-dir=${scratch}`],
    {
      stdio: "ignore",
    },
  );
  try {
    await listening(port, child);
    const catalog = await openCatalog(`mongodb://127.0.0.1:${port}/runs`);
    await cases.succeed("inserts every document", async () => {
      for (const [name, document] of documents) await catalog.insert(name, document);
    });
    await compare(cases, catalog, memoryCatalog(documents));
    await catalog.close();
  } finally {
    child.kill();
  }
}

const searches = [
  { plan_name: "scan" },
  { tags: "t1" },
  { tags: ["a", "t2"] },
  { $or: [{ user: "Ada" }, { scan_id: { $lt: 3 } }] },
  { scan_id: { $in: [1, 2, 9] } },
  { user: { $regex: "^A" } },
  { motors: { $exists: true } },
  { num_points: { $gte: 4 } },
];

async function compare(cases, ours, theirs) {
  const uids = async (found) => (await found.toArray()).map(({ uid }) => uid);
  await cases.compare("the order of runs, equal times too", () => uids(ours), await uids(theirs));
  await cases.compare("their number", () => ours.count(), await theirs.count());
  for (const where of searches)
    await cases.compare(`search ${JSON.stringify(where)}`, () => uids(ours.search({ where })), await uids(theirs.search({ where })));
  const range = { since: 1_700_000_060_000_000_000n, until: 1_700_000_180_000_000_000n };
  await cases.compare("search by time", () => uids(ours.search(range)), await uids(theirs.search(range)));
  for (const key of [-1, -40, 7, "00000009", "00000011-0000"])
    await cases.compare(`lookup ${key}`, async () => (await ours.run(key)).uid, (await theirs.run(key)).uid);
  for (const expected of await theirs.toArray()) {
    const run = await ours.byUid(expected.uid);
    const label = `run ${expected.start.scan_id}`;
    cases.equal(`${label}, header`, [cell(run.start), cell(run.stop)], [cell(expected.start), cell(expected.stop)]);
    for (const columns of [undefined, ["det"], ["motor", "det"]]) {
      const options = columns === undefined ? {} : { columns };
      const shown = async (one) => table(await one.table(options), new Map());
      await cases.compare(`${label}, table of ${columns ?? "all"}`, () => shown(run), await shown(expected));
    }
  }
}

async function listening(port, child) {
  for (let k = 0; k < 300; k++) {
    if (child.exitCode !== null) throw new Error(`FerretDB ended with ${child.exitCode}`);
    const open = await new Promise((resolve) => {
      const socket = connect(port, "127.0.0.1", () => resolve(true));
      socket.once("error", () => resolve(false));
      socket.once("connect", () => socket.destroy());
    });
    if (open) return;
    await sleep(100);
  }
  throw new Error("FerretDB does not listen");
}

function freePort() {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.once("error", reject);
    server.listen(0, "127.0.0.1", () => {
      const { port } = server.address();
      server.close(() => resolve(port));
    });
  });
}
