import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { startServer } from "@sonde/btrdb/testing";
import { carryOut, readOthers, refused, withClients } from "./ask.mjs";
import { between, floorTo, inserted, joined, rounded, windows } from "./lists.mjs";

const base = 1_500_000_000_000_000_000n;
const key = "a-key";

/** Both servers: with the Arrow calls and without them. */
export async function suite(context) {
  for (const arrow of [true, false]) {
    const server = await startServer({ arrow, apiKey: key });
    try {
      await compare(context, server, arrow);
    } finally {
      await server.close();
    }
  }
}

/** Each client makes streams of its own, asks its questions, and then reads what the other one made. */
async function compare({ cases, python, scratch }, server, arrow) {
  const theirs = planOf("grid/substation", 8, arrow);
  const ours = planOf("grid/transformer", 9, arrow);
  const file = join(scratch, `plan-${arrow}.json`);
  const text = JSON.stringify({ own: theirs.plan, others: ours.plan }, (_, value) => (typeof value === "bigint" ? String(value) : value));
  writeFileSync(file, text);
  const options = { apiKey: key, allowPlaintextApiKey: true };
  const name = (what) => `${arrow ? "with Arrow" : "without Arrow"}: ${what}`;

  await withClients(server.endpoint, options, arrow, async (clients) => {
    const mine = await cases.succeed(name("our client carries out its plan"), () => carryOut(clients, ours.plan));
    const found = await python("ask.py", server.endpoint, key, file);
    truth(cases, name, theirs, found);
    if (mine !== undefined) {
      alike(cases, name, found, renamed(mine));
      eachAnswer(cases, name, "made by us", found.others, mine.answers.slice(2));
    }
    cases.equal(name("a wrong key is refused"), await refused(server.endpoint, options), found.refused !== null);
    const others = await cases.succeed(name("our client reads the other's streams"), () => readOthers(clients, theirs.plan));
    if (others !== undefined) eachAnswer(cases, name, "made by the peer", found.answers.slice(2), others);
  });
}

function planOf(prefix, variant, arrow) {
  const random = generator(arrow ? 11 : 12);
  const streams = Array.from({ length: 12 }, (_, k) => planned(random, k, arrow, prefix, variant));
  const fresh = Array.from({ length: 30 }, (_, k) => [base + BigInt(k) * 5_000n, k / 8]);
  const sets = { start: base - 100_000n, end: base + 100_000n, width: 7_777n, pointwidth: 14, hertz: 200_000, fresh };
  return { streams, sets, plan: { streams: streams.map(({ entry }) => entry), prefix, byName: `${prefix}/1/s1`, sets, arrow } };
}

/** What our client found, by the names of the peer's plan. */
function renamed(value) {
  if (typeof value === "string") {
    return value.replaceAll("grid/transformer", "grid/substation").replaceAll("-4000-9000-", "-4000-8000-");
  }
  if (Array.isArray(value)) return value.map(renamed);
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [renamed(key), renamed(item)]));
}

/** Answers of both clients to the same questions: exactly the same. */
function eachAnswer(cases, name, made, theirs, ours) {
  for (const [k, answers] of theirs.entries()) {
    for (const [q, answer] of answers.entries()) {
      for (const [what, rows] of Object.entries(answer)) {
        cases.equal(name(`${made}, both clients: stream ${k}, question ${q}, ${what}`), ours[k]?.[q]?.[what], rows);
      }
    }
  }
}

/** The whole of a plan: what our client found, and what the genuine one did. */
function alike(cases, name, theirs, ours) {
  const both = (what, mine, their) => cases.equal(name(`both clients: ${what}`), mine, their);
  for (const k of theirs.versions.keys()) {
    both(`versions of stream ${k}`, ours.versions[k], theirs.versions[k]);
    both(`the ends of stream ${k}`, ours.ends[k], theirs.ends[k]);
  }
  eachAnswer(cases, name, "made by each", theirs.answers, ours.answers);
  for (const what of Object.keys(theirs.metadata)) both(`metadata, ${what}`, ours.metadata[what], theirs.metadata[what]);
  for (const what of Object.keys(theirs.updated)) both(`an update, ${what}`, ours.updated[what], theirs.updated[what]);
  for (const what of Object.keys(theirs.sets)) {
    const numbers = (rows) => (what.startsWith("csv") ? rows?.map((row) => row.map(number)) : rows);
    both(`a set, ${what}`, numbers(ours.sets[what]), numbers(theirs.sets[what]));
  }
  for (const [what, type] of Object.entries(theirs.errors)) both(`an error, ${what}`, ours.errors[what], codes[type] ?? type);
}

/** Cells of CSV beside the first are numbers, of which Python writes 1.0 where JavaScript writes 1. */
const number = (cell, column) => (column > 0 && cell !== "" && !Number.isNaN(Number(cell)) ? Number(cell) : cell);

/** What exceptions of the genuine client are here. */
const codes = {
  StreamExists: "options",
  StreamNotFoundError: "not-found",
  InvalidTimeRange: "options",
  InvalidPointWidth: "options",
  BadValue: "options",
  VersionNotAvailable: "not-found",
  BadSQLValue: "options",
  InvalidCollection: "options",
  InvalidTagKey: "options",
  RecycledUUID: "options",
};

/** What the genuine client found, beside lists of points that were never in a tree. */
function truth(cases, name, { streams, sets, plan: { arrow } }, found) {
  for (const [k, { entry, versions }] of streams.entries()) {
    cases.equal(
      name(`versions of stream ${k}`),
      found.versions[k],
      versions.map((_, step) => String(11 + step)),
    );
    for (const [q, question] of entry.questions.entries()) {
      const expected = answers(question, versions.at(question.version === 0n ? -1 : Number(question.version) - 11));
      for (const [what, ours] of Object.entries(expected)) {
        const theirs = found.answers[k][q][what];
        const rows = Array.isArray(ours) && Array.isArray(ours[0]);
        cases.equal(name(`stream ${k}, question ${q}, ${what}`), rows ? ours.map(rounded) : ours, rows ? theirs?.map(rounded) : theirs);
      }
    }
  }

  const volts = streams.filter(({ entry }) => entry.tags.unit === "V").map(({ entry }) => entry);
  const collections = [...new Set(streams.map(({ entry }) => entry.collection))].sort();
  cases.equal(name("metadata"), found.metadata, {
    collections,
    names: streams.map(({ entry }) => entry.tags.name).sort(),
    units: ["A", "V"],
    annotations: ["phase", "site"],
    usage: [
      { name: 12, unit: 12, ingress: 0, distiller: 0 },
      { phase: 12, site: 4 },
    ],
    found: volts.map(({ uuid }) => uuid).sort(),
    "by name": [streams[1].entry.uuid],
    sql: volts.map(({ uuid, tags }) => ({ uuid, name: tags.name })).sort((a, b) => (a.name < b.name ? -1 : 1)),
    count: [{ count: 12 }],
  });
  cases.equal(name("updated tags and annotations"), found.updated, {
    tags: { name: "s0", unit: "kV", ingress: "", distiller: "" },
    annotations: [{ phase: "A", limits: { low: 1 }, site: "north" }, 3],
    exists: true,
  });
  const both = joined(...streams.slice(0, 2).map(({ versions }) => between(versions.at(-1), sets.start, sets.end)));
  cases.equal(name("two streams as a frame"), found.sets.frame.slice(1), both);
  if (arrow) cases.equal(name("two streams as one table"), found.sets["arrow frame"].slice(1), both);
  cases.equal(name("errors"), found.errors, {
    "a stream that there is": "StreamExists",
    "a stream that there is not": "StreamNotFoundError",
    "a range that ends first": "InvalidTimeRange",
    "a point width of 64": "InvalidPointWidth",
    "not a number": "BadValue",
    "a time out of bounds": "InvalidTimeRange",
    "a version to come": "VersionNotAvailable",
    "no SELECT": "BadSQLValue",
    "no collection": "InvalidCollection",
    "an unknown tag": "InvalidTagKey",
    "an obliterated stream": "StreamNotFoundError",
    "its uuid again": "RecycledUUID",
  });
}

/** A stream to make, and its points after each step. The first two have no duplicates: frames hold none. */
function planned(random, k, arrow, prefix, variant) {
  const { below, pick } = random;
  const steps = [];
  const versions = [];
  let points = [];
  for (let step = 0; step < 4; step++) {
    if (step === 2 && k % 3 === 0) {
      const start = base + BigInt(below(50_000));
      const end = start + 20_000n;
      points = points.filter(([time]) => time < start || time >= end);
      steps.push({ start, end });
    } else {
      const merge = k < 2 ? "replace" : pick(["never", "equal", "retain", "replace"]);
      const batch = Array.from({ length: 200 }, () => [
        base + BigInt(below(100_000) - 50_000) * (k % 4 === 3 ? 1_000_000n : 1n),
        below(4000) / 64,
      ]);
      points = inserted(points, batch, merge);
      steps.push({ points: batch, merge, arrow: arrow && step % 2 === 1 });
    }
    versions.push(points);
  }
  const questions = Array.from({ length: 6 }, (_, q) => {
    const reach = k % 4 === 3 ? 1_000_000n : 1n;
    const start = base - BigInt(below(60_000)) * reach;
    const end = start + BigInt(20_000 + below(60_000)) * reach;
    const version = q % 2 === 0 ? 0n : BigInt(11 + below(4));
    const width = BigInt(1 + below(9000)) * reach;
    return {
      start,
      end,
      width,
      pointwidth: below(13) + (reach > 1n ? 20 : 0),
      time: base + BigInt(below(120_000) - 60_000) * reach,
      version,
      from: BigInt(11 + below(version === 0n ? 4 : Number(version) - 10)),
      resolution: below(20),
      arrow,
    };
  });
  const entry = {
    uuid: `00000000-0000-4000-${variant}000-${String(k).padStart(12, "0")}`,
    collection: `${prefix}/${k % 3}`,
    tags: { name: `s${k}`, unit: k % 2 === 0 ? "A" : "V" },
    annotations: k % 3 === 1 ? { phase: "B", site: "south" } : { phase: "A" },
    steps,
    questions,
  };
  return { entry, versions };
}

function answers({ start, end, width, pointwidth, time, arrow }, points) {
  const text = (list) => list.map(([at, value]) => [String(at), value]);
  const grid = 1n << BigInt(pointwidth);
  const raw = text(between(points, start, end));
  const plain = windows(points, start, end, width);
  const aligned = windows(points, floorTo(start, grid), floorTo(end, grid), grid);
  const shown = (point) => (point === undefined ? null : [String(point[0]), point[1]]);
  return {
    values: raw,
    windows: plain,
    aligned,
    forward: shown(points.find(([at]) => at >= time)),
    backward: shown(points.filter(([at]) => at < time).at(-1)),
    count: raw.length,
    ...(arrow ? { "arrow values": raw, "arrow windows": plain, "arrow aligned": aligned } : {}),
  };
}

/** The same plan in every run (Mulberry32). */
function generator(seed) {
  let state = seed;
  const next = () => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32;
  };
  const below = (n) => Math.floor(next() * n);
  return { below, pick: (items) => items[below(items.length)] };
}
