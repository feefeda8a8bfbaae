import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { encodeRun, exportPack, openCatalog } from "@sonde/databroker";
import { cell, digest, table } from "./values.mjs";

const errors = { KeyError: "not-found", IndexError: "not-found", ValueError: "options" };

export async function suite({ cases, python, scratch }) {
  const made = await python("make.py", scratch);
  for (const [kind, expected] of Object.entries(made)) {
    const catalog = await openCatalog(join(scratch, kind), { rootMap: rootMapOf(scratch, expected) });
    try {
      await compareCatalog(cases, kind, catalog, expected);
    } finally {
      await catalog.close();
    }
  }
  await roundTrip({ cases, python, scratch }, made);
}

/** Where the files are: ophyd's writer names its own folder as the root. */
const rootMapOf = (scratch) => ({ "/beamline/data": join(scratch, "files"), [join(scratch, "files")]: join(scratch, "files") });

export async function compareCatalog(cases, label, catalog, expected) {
  const uids = (await catalog.toArray()).map(({ uid }) => uid);
  cases.equal(`${label}, the order of runs`, uids, expected.order);
  for (const [key, { answer, error }] of Object.entries(expected.lookups)) {
    const asked = /^-?\d+$/.test(key) ? Number(key) : key;
    await cases.compare(
      `${label}, lookup ${JSON.stringify(key)}`,
      () =>
        catalog
          .run(asked)
          .then(({ uid }) => ({ uid }))
          .catch(({ code }) => ({ code })),
      error === undefined ? { uid: answer } : { code: errors[error] },
    );
  }
  for (const [where, found] of expected.searches) {
    const ours = async () => (await catalog.search({ where }).toArray()).map(({ uid }) => uid).sort();
    await cases.compare(`${label}, search ${JSON.stringify(where)}`, ours, found);
  }
  for (const [uid, answer] of Object.entries(expected.runs))
    await compareRun(cases, `${label}, ${answer.start.map.find(([key]) => key === "user")?.[1]}`, await catalog.byUid(uid), answer);
}

export async function compareRun(cases, label, run, expected) {
  cases.equal(`${label}, start`, cell(run.start), expected.start);
  cases.equal(`${label}, stop`, cell(run.stop ?? {}), expected.stop);
  const fields = await run.fields();
  cases.equal(`${label}, streams`, [...(await run.streams())].sort(), expected.streams);
  cases.equal(`${label}, fields`, [...new Set(fields.map(({ name }) => name))].sort(), expected.fields);
  cases.equal(`${label}, devices`, [...(await run.devices())].sort(), expected.devices);
  for (const [device, streams] of Object.entries(expected.configuration)) {
    const found = await run.configuration(device);
    const ours = Object.fromEntries([...found].map(([stream, list]) => [stream, list.map(({ data }) => cell(data))]));
    cases.equal(`${label}, configuration of ${device}`, ours, streams);
  }
  for (const [stream, theirs] of Object.entries(expected.tables)) {
    const shapes = new Map(fields.filter((field) => field.stream === stream).map(({ name, shape }) => [name, shape]));
    const ours = await cases.succeed(`${label}, table of ${stream}`, async () => table(await run.table({ stream }), shapes));
    if (ours === undefined) continue;
    cases.equal(`${label}, columns of ${stream}`, ours.names, theirs.names);
    cases.equal(`${label}, seq_num of ${stream}`, ours.seq_num, theirs.seq_num);
    for (const [name, cells] of Object.entries(theirs.columns)) {
      cases.equal(`${label}, ${stream}.${name}`, name === "time" ? closest(ours.columns[name], cells) : ours.columns[name], cells);
    }
    const events = async () =>
      (await run.events({ stream }).toArray())
        .sort((a, b) => a.seqNum - b.seqNum)
        .map(({ seqNum, uid, data, timestamps }) => [seqNum, uid, cell(data), cell(timestamps)]);
    await cases.compare(
      `${label}, events of ${stream}`,
      events,
      expected.events[stream].map(([seqNum, uid, , data, timestamps]) => [seqNum, uid, data, timestamps]),
    );
  }
  for (const [field, arrays] of Object.entries(expected.images)) {
    const values = async () => {
      const found = [];
      for await (const value of run.data(field)) found.push(digest(value));
      return found;
    };
    await cases.compare(`${label}, arrays of ${field}`, values, arrays);
    const [shape] = arrays[0];
    const count = shape.length > 2 ? shape[0] : 1;
    await cases.compare(`${label}, number of images of ${field}`, () => run.images(field).length(), arrays.length * count);
  }
}

/** pandas cuts the digits of a float otherwise than we round them: a nanosecond apart is the same time. */
function closest(ours = [], theirs) {
  return ours.map((time, row) => {
    const difference = BigInt(time) - BigInt(theirs[row] ?? 0);
    return difference <= 1n && difference >= -1n ? theirs[row] : time;
  });
}

/** What is exported is read by databroker as what it was made of. */
async function roundTrip({ cases, python, scratch }, made) {
  const folder = join(scratch, "exported");
  const catalog = await openCatalog(join(scratch, "msgpack"), { rootMap: rootMapOf(scratch) });
  const signal = new AbortController().signal;
  const runs = await catalog.toArray();
  for (const kind of ["msgpack", "jsonl"]) {
    mkdirSync(join(folder, kind), { recursive: true });
    for (const run of runs) {
      const pieces = [];
      for await (const piece of encodeRun(run, kind, { signal })) pieces.push(piece);
      writeFileSync(join(folder, kind, `${run.uid}.${kind}`), Buffer.concat(pieces));
    }
  }
  await exportPack(runs, join(folder, "pack"), { format: "msgpack" });
  await catalog.close();
  const read = await python("read.py", folder, join(scratch, "files"));
  for (const kind of ["msgpack", "jsonl"]) {
    for (const [uid, run] of Object.entries(made.msgpack.runs)) {
      const expected = kind === "msgpack" ? run : made.jsonl.runs[uid];
      for (const part of ["start", "stop", "streams", "tables", "configuration", "events", "images"]) {
        cases.equal(`exported as ${kind}, read by databroker, ${uid}, ${part}`, read[kind].runs[uid]?.[part], expected[part]);
      }
    }
  }
  const pack = await openCatalog(join(folder, "pack"), { rootMap: rootMapOf(scratch) });
  try {
    await compareCatalog(cases, "our pack, read by us", pack, made.msgpack);
  } finally {
    await pack.close();
  }
}
