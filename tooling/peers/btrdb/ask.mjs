// What our client gets from a server when it carries out a plan: each answer in the form of ask.py, which asks the same of the genuine one.
import { randomUUID } from "node:crypto";
import { connect } from "@sonde/btrdb";
import { cellOf, chunksOf, timesOf } from "@sonde/core/connector";

const statistics = ["min", "mean", "max", "count", "stddev"];

/** Both forms of points, where the server has both. Closes what it opens. */
export async function withClients(endpoint, options, arrow, work) {
  const plain = await connect(endpoint, { ...options, arrow: false });
  const byArrow = arrow ? await connect(endpoint, options) : undefined;
  try {
    return await work({ plain, byArrow });
  } finally {
    await plain.close();
    await byArrow?.close();
  }
}

export async function refused(endpoint, options) {
  const db = await connect(endpoint, { ...options, apiKey: "wrong" }).catch(() => undefined);
  await db?.close();
  return db === undefined;
}

export async function carryOut({ plain, byArrow }, plan) {
  const streams = [];
  const result = { versions: [], answers: [], ends: [] };
  for (const { uuid, collection, tags, annotations, steps, questions } of plan.streams) {
    const stream = await plain.create({ uuid, collection, tags, annotations });
    const other = await byArrow?.streamFromUuid(uuid);
    streams.push(stream);
    const versions = [];
    for (const step of steps) {
      if ("points" in step) {
        await ((step.arrow && other) || stream).insert(step.points, { merge: step.merge });
        await stream.flush();
      } else await stream.delete(step);
      versions.push(String(await stream.version()));
    }
    result.versions.push(versions);
    result.answers.push(await inTurn(questions, (question) => ask(stream, other, question)));
    result.ends.push({
      earliest: shown(await stream.earliest()),
      latest: shown(await stream.latest()),
      current: shown(await stream.current()),
    });
  }
  const [first] = streams;
  result.metadata = await metadata(plain, plan);
  await first.update({ tags: { unit: "kV" } });
  await first.update({ annotations: { site: "north", limits: { low: 1 } } });
  const fresh = await plain.streamFromUuid(first.uuid);
  const propertyVersion = Number(fresh.propertyVersion);
  result.updated = { tags: fresh.tags, annotations: [fresh.annotations, propertyVersion], exists: await fresh.exists() };
  result.sets = await sets(plain, byArrow, plan);
  result.errors = await errors(plain, first, plan.prefix);
  return result;
}

/** What there is of a plan that somebody else carried out; its first two streams changed since. */
export const readOthers = ({ plain, byArrow }, plan) =>
  inTurn(plan.streams.slice(2), async ({ uuid, questions }) => {
    const [stream, other] = [await plain.streamFromUuid(uuid), await byArrow?.streamFromUuid(uuid)];
    return inTurn(questions, (question) => ask(stream, other, question));
  });

async function ask(stream, other, { start, end, width, pointwidth: pointWidth, time, version, from, resolution }) {
  const range = { start, end, version };
  const found = {
    values: (await stream.values(range).points().toArray()).map(shown),
    windows: (
      await stream
        .windows({ ...range, width })
        .points()
        .toArray()
    ).map(statisticsOf),
    aligned: (
      await stream
        .alignedWindows({ ...range, pointWidth })
        .points()
        .toArray()
    ).map(statisticsOf),
    forward: shown(await stream.nearest(time, { version })),
    backward: shown(await stream.nearest(time, { version, backward: true })),
    count: await stream.count(range),
    changes: (await all(stream.changes({ from, to: version, resolution }))).map(({ start, end }) => [String(start), String(end)]),
    csv: await all(stream.csv({ ...range, includeVersions: true })),
    "csv of windows": await all(stream.csv({ ...range, width, includeVersions: true })),
    "csv of aligned windows": await all(stream.csv({ ...range, pointWidth, includeVersions: true })),
  };
  if (other === undefined) return found;
  return {
    ...found,
    "arrow values": rowsOf(await other.values(range).table()),
    "arrow windows": rowsOf(await other.windows({ ...range, width }).table()),
    "arrow aligned": rowsOf(await other.alignedWindows({ ...range, pointWidth }).table()),
  };
}

async function metadata(db, { prefix, byName }) {
  const like = [`${prefix}%`, "V"];
  const { tags, annotations } = await db.collectionMetadata(prefix);
  return {
    collections: await db.listCollections(prefix),
    names: (await db.listUniqueNames(prefix)).sort(),
    units: (await db.listUniqueUnits(prefix)).sort(),
    annotations: (await db.listUniqueAnnotations(prefix)).sort(),
    usage: [tags, annotations],
    found: uuidsOf(await db.streamsInCollection(prefix, { tags: { unit: "V" } })).sort(),
    "by name": uuidsOf(await db.streams(byName)),
    sql: await db.query("select uuid, name from streams where collection like $1 and unit = $2 order by name", like),
    count: await db.query("select count(uuid) from streams where collection like $1", like.slice(0, 1)),
  };
}

async function sets(plain, byArrow, plan) {
  const { start, end, width, pointwidth: pointWidth, hertz, fresh } = plan.sets;
  const uuids = plan.streams.slice(0, 2).map(({ uuid }) => uuid);
  const two = await plain.streams(uuids);
  const inside = two.filter({ start, end });
  const aligned = inside.alignedWindows({ pointWidth });
  const points = (list) => list.map((point) => (point === undefined ? null : shown(point)));
  const found = {
    values: (await inside.values()).map(points),
    rows: (await inside.toObjects()).map(({ time, ...cells }) =>
      Object.values(cells).map((cell) => (cell === null ? null : [String(time), cell])),
    ),
    dict: (await inside.toObjects()).map((row) => ({ ...row, time: String(row.time) })),
    frame: frame(await inside.table()),
    series: await inTurn(inside.series(), async (answer, k) => {
      const { collection, name } = two.at(k);
      return [`${collection}/${name}`, ...rowsOf(await answer.table())];
    }),
    csv: csvRows(await inside.toCsv()),
    "csv of aligned means": csvRows(await aligned.toCsv()),
    "frame of aligned means": frame(await aligned.table()),
    "frame of aligned maxima": frame(await aligned.table({ statistics: "max" })),
    "frame of aligned statistics": frame(await aligned.table({ statistics: "all" })),
    "frame of windows": frame(await inside.windows({ width }).table({ statistics: "all" })),
    "names of one's own": frame(await inside.table({ nameOf: ({ name, unit }) => `${name} [${unit}]` })),
    count: await inside.count(),
    earliest: points(await inside.earliest()),
    latest: points(await inside.latest()),
    versions: [...(await two.versions())].map(([uuid, version]) => [uuid, String(version)]).sort(),
    filtered: [{ name: "S1" }, { unit: "a" }, { tags: { unit: "V" } }, { collection: "nowhere" }].map((by) => uuidsOf(two.filter(by))),
  };
  if (byArrow !== undefined) {
    const set = (await byArrow.streams(uuids)).filter({ start, end });
    const grid = set.alignedWindows({ pointWidth });
    const old = await set.pinVersions(Object.fromEntries(uuids.map((uuid) => [uuid, 12n])));
    found["arrow frame"] = frame(await set.table());
    found["arrow frame at a grid"] = frame(await set.snap({ frequency: hertz }).table());
    found["arrow frame of old versions"] = frame(await old.table());
    found["arrow frame of aligned statistics"] = frame(await grid.table({ statistics }));
    found["arrow frame of windows"] = frame(await set.windows({ width }).table({ statistics: "all" }));
    found["arrow frame of ranges and counts"] = frame(await grid.table({ statistics: ["min", "max", "count"] }));
  }
  await two.insert(Object.fromEntries(uuids.map((uuid) => [uuid, fresh])), { merge: "replace" });
  for (const stream of two) await stream.flush();
  return { ...found, "frame after an insert": frame(await inside.table()) };
}

/** Of each failure our code, or null where nothing failed. */
async function errors(db, first, prefix) {
  const found = {};
  const failing = async (name, act) => {
    found[name] = await act().then(
      () => null,
      ({ code }) => code,
    );
  };
  const make = (uuid, collection, tags) => db.create({ uuid, collection, tags });
  await failing("a stream that there is", () => make(first.uuid, prefix, { name: "x" }));
  await failing("a stream that there is not", () => db.streamFromUuid(randomUUID()));
  await failing("a range that ends first", async () => first.windows({ start: 5n, end: 1n, width: 2n }).table());
  await failing("a point width of 64", async () => first.alignedWindows({ start: 0n, end: 9n, pointWidth: 64 }).table());
  await failing("not a number", () => first.insert([[1n, Number.NaN]]));
  await failing("a time out of bounds", () => first.insert([[-(17n << 56n), 1]]));
  await failing("a version to come", () => first.values({ start: 0n, end: 10n, version: 99n }).table());
  await failing("no SELECT", () => db.query("drop table streams"));
  await failing("no collection", () => make(randomUUID(), "", { name: "x" }));
  await failing("an unknown tag", () => make(randomUUID(), prefix, { colour: "x" }));
  await first.obliterate();
  await failing("an obliterated stream", () => db.streamFromUuid(first.uuid));
  await failing("its uuid again", () => make(first.uuid, prefix, { name: "y" }));
  return found;
}

const shown = (point) => (point === undefined ? null : [String(point.time), point.value]);
const statisticsOf = (window) => [String(window.time), ...statistics.map((name) => window[name])];
const uuidsOf = (set) => [...set].map(({ uuid }) => uuid);

/** Rows of a table, times as text and counts as numbers. */
function rowsOf(table) {
  const names = table.schema.fields.slice(1).map(({ name }) => name);
  const columns = names.map((name) =>
    chunksOf(table, name).flatMap((chunk) => Array.from({ length: chunk.length }, (_, row) => numberOf(cellOf(chunk, row)))),
  );
  const times = table.batches.flatMap((batch) => [...timesOf(batch)]);
  return times.map((time, row) => [String(time), ...columns.map((column) => column[row])]);
}

const numberOf = (cell) => (typeof cell === "bigint" ? Number(cell) : cell);
const frame = (table) => [table.schema.fields.slice(1).map(({ name }) => name), ...rowsOf(table)];

/** Cells without quotes, which none of ours need. */
const csvRows = (text) =>
  text
    .trimEnd()
    .split("\n")
    .map((line) => line.split(","));

async function all(items) {
  const list = [];
  for await (const item of items) list.push(item);
  return list;
}

async function inTurn(items, work) {
  const results = [];
  for (const [k, item] of [...items].entries()) results.push(await work(item, k));
  return results;
}
