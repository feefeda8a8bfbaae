import { join } from "node:path";
import { openCatalog } from "@sonde/databroker";
import { tiledBackend } from "@sonde/databroker/tiled";
import { cell, digest, table } from "../databroker/values.mjs";
import { key, startTiled } from "./server.mjs";

export async function suite({ cases, python, scratch, folder }) {
  const server = await startTiled(folder, scratch);
  try {
    const { refused } = await python("fill.py", server.url, key, scratch);
    cases.equal("TiledWriter takes every document", refused, []);
    const files = await openCatalog(join(scratch, "jsonl"), {
      rootMap: { "/beamline/data": join(scratch, "files"), [join(scratch, "files")]: join(scratch, "files") },
    });
    const catalog = await openCatalog(server.url, { apiKey: key });
    await compare(cases, catalog, files);
    await files.close();
    await catalog.close();
    await followed({ cases, python, scratch }, server.url);
  } finally {
    await server.close();
  }
}

const searches = [
  { where: { plan_name: "scan" } },
  { where: { user: "Dan" } },
  { where: { detectors: "det" } },
  { where: { "sample.name": "NaCl" } },
  { where: { tags: "b" } },
  { where: { num_points: { $gte: 5 } } },
  { where: { user: { $in: ["Ada", "Images"] } } },
  { where: { purpose: { $exists: true } } },
  { where: { operator: "Ünïcode ☃ 神経" } },
  { text: "align" },
  { until: 1_700_000_000_500_000_000n },
];

async function compare(cases, catalog, files) {
  const uidsOf = async (found) => (await found.toArray()).map(({ uid }) => uid);
  const uids = await uidsOf(files);
  await cases.compare("the order of runs", () => uidsOf(catalog), uids);
  await cases.compare("their number", () => catalog.count(), uids.length);
  for (const asked of [-1, -2, -uids.length, 1, 2, uids[3], uids[3].slice(0, 8)]) {
    const theirs = (await files.run(asked)).uid;
    await cases.compare(
      `lookup ${asked === uids[3] ? "by uid" : String(asked).length === 8 ? "by prefix" : asked}`,
      async () => (await catalog.run(asked)).uid,
      theirs,
    );
  }
  for (const query of searches) {
    const label = JSON.stringify(query, (_, value) => (typeof value === "bigint" ? String(value) : value));
    await cases.compare(`search ${label}`, () => uidsOf(catalog.search(query)), await uidsOf(files.search(query)));
  }
  for (const run of await files.toArray()) await compareRun(cases, run.start.user, await catalog.byUid(run.uid), run);
}

async function compareRun(cases, label, ours, theirs) {
  cases.equal(`${label}, start`, cell(ours.start), cell(theirs.start));
  cases.equal(`${label}, stop`, cell(ours.stop), cell(theirs.stop));
  for (const question of ["streams", "devices"])
    cases.equal(`${label}, ${question}`, [...(await ours[question]())].sort(), [...(await theirs[question]())].sort());
  for (const device of await theirs.devices()) {
    const shown = async (run) =>
      Object.fromEntries([...(await run.configuration(device))].map(([stream, list]) => [stream, list.map(({ data }) => cell(data))]));
    cases.equal(`${label}, configuration of ${device}`, await shown(ours), await shown(theirs));
  }
  const fields = await theirs.fields();
  cases.equal(`${label}, fields`, (await ours.fields()).map(({ name }) => name).sort(), fields.map(({ name }) => name).sort());
  const descriptors = await theirs.descriptors();
  const external = new Set(
    descriptors.flatMap(({ data_keys: keys }) => Object.keys(keys).filter((name) => typeof keys[name].external === "string")),
  );
  for (const stream of await theirs.streams()) {
    const shapes = new Map(fields.filter((field) => field.stream === stream).map(({ name, shape }) => [name, shape]));
    const [a, b] = [table(await ours.table({ stream }), shapes), table(await theirs.table({ stream }), shapes)];
    cases.equal(`${label}, seq_num of ${stream}`, a.seq_num, b.seq_num);
    for (const name of b.names) if (!external.has(name)) cases.equal(`${label}, ${stream}.${name}`, a.columns[name], b.columns[name]);
    const events = async (run) =>
      (await run.events({ stream }).toArray()).map(({ seqNum, descriptor, timestamps }) => {
        const inside = Object.entries(timestamps).filter(([name]) => !external.has(name));
        return [seqNum, descriptor, cell(Object.fromEntries(inside))];
      });
    await cases.compare(`${label}, timestamps of ${stream}`, () => events(ours), await events(theirs));
  }
  for (const field of external) {
    const frames = async (run) =>
      (await run.images(field).toArray()).map((frame) => digest({ ...frame, data: Float64Array.from(frame.data, Number) }));
    await cases.compare(`${label}, images of ${field}`, () => frames(ours), await frames(theirs));
  }
}

/** A run that is made while it is read. */
async function followed({ cases, python, scratch }, url) {
  const points = 40;
  const controller = new AbortController();
  const backend = tiledBackend({ url, apiKey: key });
  const watching = backend.watch({ signal: controller.signal })[Symbol.asyncIterator]();
  const begun = watching.next();
  // The socket listens before the run begins.
  await new Promise((resolve) => setTimeout(resolve, 500));
  const made = python("fill.py", url, key, join(scratch, "live"), String(points));
  const documents = [];
  const late = () => new Error(`the run was not followed to its stop within five minutes: ${documents.length} documents came`);
  const limit = setTimeout(() => controller.abort(late()), 300_000);
  try {
    const { value: header } = await begun;
    cases.equal("live, the run that begins", header.start.user, "Live");
    for await (const pair of backend.follow(header.start.uid, { signal: controller.signal })) documents.push(pair);
    cases.equal(
      "live, names of documents",
      documents.map(([name]) => name),
      ["start", "descriptor", ...Array.from({ length: points }, () => "event"), "stop"],
    );
    const events = documents.filter(([name]) => name === "event").map(([, event]) => event);
    cases.equal(
      "live, numbers",
      events.map(({ seq_num }) => seq_num),
      Array.from({ length: points }, (_, k) => k + 1),
    );
    cases.equal(
      "live, values",
      events.map(({ data }) => data.x),
      Array.from({ length: points }, (_, k) => k / 4),
    );
  } finally {
    clearTimeout(limit);
    controller.abort(new Error("done"));
    await made;
  }
}
