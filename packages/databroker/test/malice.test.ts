import { isSondeError } from "@sonde/core/bytes";
import { encode } from "@sonde/msgpack-numpy";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { DocumentPair } from "../src/event-model/documents.js";
import { memoryCatalog, openCatalog } from "../src/index.js";
import { sampleScan } from "../src/testing/index.js";
import type { FileFormat } from "../src/write/document-encoder.js";
import { fileOf } from "./support/folder.js";

const scan = sampleScan(6);
const uid = (scan[0]![1] as { readonly uid: string }).uid;

/** All that is asked of a run: every document that comes, and the table's rows; errors must be Sonde's own. */
async function ask(bytes: Uint8Array): Promise<{ documents: number; rows: number; errors: number; stop: boolean }> {
  const result = { documents: 0, rows: 0, errors: 0, stop: false };
  const note = (error: unknown) => {
    if (!isSondeError(error)) throw error;
    result.errors++;
  };
  const catalog = await openCatalog([bytes]);
  const [run] = await catalog.recent(1);
  if (run === undefined) return result;
  result.stop = run.stop !== undefined;
  try {
    for await (const _ of run.documents()) result.documents++;
  } catch (error) {
    note(error);
  }
  await run.table().then(({ numRows }) => (result.rows += numRows), note);
  return result;
}

describe.each(["msgpack", "jsonl"] satisfies FileFormat[])("files of %s from strangers", (format) => {
  const { bytes, ends } = fileOf(scan, format);

  test("keep every complete document when they are cut at any byte", async () => {
    for (let length = 0; length <= bytes.length; length++) {
      const { documents, errors, stop, rows } = await ask(bytes.slice(0, length));
      const complete = ends.filter((end) => end <= length).length;
      // The line end of JSONL's last line may be missing.
      const atLineEnd = format === "jsonl" && ends.includes(length + 1) ? 1 : 0;
      if (complete === 0 && atLineEnd === 0) expect(documents, `cut at ${length}`).toBe(0);
      else expect(documents, `cut at ${length}`).toBe(complete + atLineEnd);
      if (complete > 1) expect([errors, rows]).toEqual([0, Math.min(6, Math.max(0, complete + atLineEnd - 2))]);
      expect(stop).toBe(complete + atLineEnd === ends.length);
    }
    console.log(`${format} cut short: ${bytes.length + 1} cases`);
  });

  test("give documents or a typed error when bytes are flipped", async () => {
    let [cases, refused] = [0, 0];
    for (let at = 0; at < bytes.length; at++) {
      const flipped = bytes.slice();
      flipped[at] = flipped[at]! ^ (1 << (at % 8));
      const { errors, documents } = await ask(flipped);
      cases++;
      if (errors > 0 || documents < scan.length) refused++;
    }
    console.log(`${format} with flipped bytes: ${cases} cases, ${refused} noticed`);
    expect(refused).toBeGreaterThan(cases / 20);
  }, 60_000);

  test("tell where the damage is, after everything before it", async () => {
    const damaged = bytes.slice();
    damaged[ends[4]!] = format === "msgpack" ? 0xc1 : 0x7d;
    const run = await (await openCatalog([damaged])).run(-1);
    const documents: DocumentPair[] = [];
    const reading = async () => {
      for await (const pair of run.documents()) documents.push(pair);
    };
    await expect(reading()).rejects.toMatchObject({ code: "format", offset: ends[4] });
    expect(documents.length).toBe(5);
  });
});

test("random bytes are no catalog that hangs", async () => {
  const runs = 2000;
  await fc.assert(
    fc.asyncProperty(
      fc.uint8Array({ minLength: 1, maxLength: 200 }),
      fc.constantFrom([0x92, 0xa5], [0x5b, 0x22], [0x7b], []),
      async (noise, head) => {
        await ask(Uint8Array.from([...head, ...noise]));
      },
    ),
    { numRuns: runs },
  );
  console.log(`random files: ${runs} cases`);
});

test("a declared length beyond the file takes no memory", async () => {
  const { bytes } = fileOf(scan.slice(0, 2), "msgpack");
  for (const tail of [
    [0x92, 0xa5, 0x65, 0x76, 0x65, 0x6e, 0x74, 0xdf, 0xff, 0xff, 0xff, 0xff],
    [0x92, 0xc6, 0xff, 0xff, 0xff, 0xff],
    [0xdd, 0xff, 0xff, 0xff, 0xff],
  ]) {
    const { documents } = await ask(Uint8Array.from([...bytes, ...tail]));
    expect(documents).toBe(2);
  }
});

test("a pickle inside msgpack stays opaque, and the rest is read", async () => {
  const key = (text: string) => new TextEncoder().encode(text);
  const pickle = new Map<unknown, unknown>([
    [key("nd"), true],
    [key("type"), "|O8"],
    [key("kind"), key("O")],
    [key("shape"), [1]],
    [key("data"), key("cos\nsystem\n(S'false'\ntR.")],
  ]);
  const documents = scan.map(([name, document]) => {
    if (name === "event") {
      const event = document as { readonly data: Record<string, unknown> };
      return encode(["event", { ...event, data: { ...event.data, det: pickle } }]);
    }
    return encode([name, document]);
  });
  const run = await (await openCatalog([new Uint8Array(Buffer.concat(documents))])).run(-1);
  const [event] = await run.events().toArray();
  expect(String((event!.data.det as { reason: string }).reason)).toMatch(/pickle/);
  const table = await run.table();
  expect(table.numRows).toBe(6);
  expect(table.getChild("motor")?.get(0)).toBe(-10);
});

describe("documents out of order", () => {
  test("a datum that comes after the event that cites it is filled all the same", async () => {
    const [start, descriptor, ...rest] = sampleScan(2);
    const external = {
      ...(descriptor![1] as object),
      data_keys: { det: { dtype: "array", shape: [2], source: "x", external: "FILESTORE:" } },
    };
    const events = rest
      .slice(0, 2)
      .map(([, event], index) => ["event", { ...(event as object), data: { det: `r/${index}` }, filled: { det: false } }]);
    const resource = ["resource", { uid: "r", spec: "TWO", root: "/", resource_path: "x", resource_kwargs: {}, run_start: uid }];
    const datums = [0, 1].map((index) => ["datum", { resource: "r", datum_id: `r/${index}`, datum_kwargs: { index } }]);
    const documents = [start, ["descriptor", external], ...events, ...datums, resource, rest.at(-1)] as DocumentPair[];
    const handler = {
      spec: "TWO",
      open: async () => ({
        read: async ({ index }: Readonly<Record<string, unknown>>) => ({ shape: [2], data: Float64Array.of(Number(index), 7) }),
      }),
    };
    // A datum before its resource belongs to no run: in files its place says so, in memory nothing does.
    const { bytes } = fileOf(documents, "jsonl");
    const run = await (await openCatalog([bytes], { handlers: [handler], roots: ["/"] })).run(-1);
    const filled = await run.documents({ fill: "yes" }).toArray();
    const values = filled.flatMap(([name, document]) => (name === "event" ? [(document.data.det as { data: Float64Array }).data[0]] : []));
    expect(values).toEqual([0, 1]);
    expect((await run.images("det").at(1)).data).toEqual(Float64Array.of(1, 7));
  });

  test("a datum that never comes is an unresolvable key, and the ids can still be read", async () => {
    const [start, descriptor, event, , stop] = sampleScan(2);
    const external = {
      ...(descriptor![1] as object),
      data_keys: { det: { dtype: "array", shape: [2], source: "x", external: "FILESTORE:" } },
    };
    const cited = ["event", { ...(event![1] as object), data: { det: "gone/0" }, filled: {} }];
    const run = await memoryCatalog([start, ["descriptor", external], cited, stop] as DocumentPair[]).run(-1);
    await expect(run.documents({ fill: "yes" }).toArray()).rejects.toMatchObject({ name: "UnresolvableForeignKeyError", key: "gone/0" });
    await expect(run.images("det").at(0)).rejects.toMatchObject({ name: "UnresolvableForeignKeyError" });
    expect((await run.table()).getChild("det")?.get(0)).toBe("gone/0");
  });

  test("events that repeat a number leave the later one, and the order of the store does not matter", async () => {
    const [start, descriptor, a, b, c, stop] = sampleScan(3);
    const again = [
      "event",
      { ...(b![1] as object), uid: "again", time: 1_700_000_100, data: { det: 9, motor: 9, motor_setpoint: 9 } },
    ] as unknown as DocumentPair;
    const run = await memoryCatalog([start!, descriptor!, c!, again, a!, b!, stop!]).run(-1);
    const table = await run.table({ columns: ["det"] });
    expect([...(table.getChild("seq_num")?.toArray() ?? [])]).toEqual([1, 2, 3]);
    expect(table.getChild("det")?.get(1)).toBe(9);
  });
});

test("keys called __proto__ stay data everywhere", async () => {
  const documents = JSON.parse(JSON.stringify(sampleScan(2)).replaceAll('"det"', '"__proto__"')) as DocumentPair[];
  for (const format of ["msgpack", "jsonl"] as const) {
    const run = await (await openCatalog([fileOf(documents, format).bytes])).run(-1);
    expect((await run.fields()).map(({ name }) => name)).toContain("__proto__");
    expect((await run.table()).schema.fields.map(({ name }) => name)).toContain("__proto__");
    for await (const event of run.events()) expect(Object.keys(event.data)).toContain("__proto__");
  }
  expect(Object.keys(Object.prototype)).toEqual([]);
  const catalog = memoryCatalog(documents);
  expect(await catalog.search({ where: { constructor: { $exists: true } } }).count()).toBe(0);
  expect(() => catalog.search({ where: { $where: "sleep(1000)" } })).toThrow(expect.objectContaining({ code: "unsupported" }));
  expect(() => catalog.search({ where: { $or: [{ a: { $function: {} } }] } })).toThrow(expect.objectContaining({ code: "unsupported" }));
  expect(() => catalog.search({ where: { a: { $not: { $expr: 1 } } } })).toThrow(expect.objectContaining({ code: "unsupported" }));
});
