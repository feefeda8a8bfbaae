import fc from "fast-check";
import { describe, expect, test } from "vitest";
import {
  asDocument,
  composeRun,
  type DocumentPair,
  datumPageOf,
  datumsOf,
  type Event,
  eventPageOf,
  eventsOf,
  isEventModelError,
  issuesOf,
  nanosOf,
  orderDocuments,
  RunRouter,
  rechunkEventPages,
  secondsOf,
  streamNameOf,
  unpacked,
  validateDocument,
} from "../src/event-model/index.js";
import { sampleScan } from "../src/testing/index.js";

const events = (documents: readonly DocumentPair[]): Event[] =>
  documents.flatMap(([name, document]) => (name === "event" ? [document] : []));

describe("validation", () => {
  test("takes what the model writes, keeps unknown keys, and names what is wrong", () => {
    for (const [name, document] of sampleScan(2)) expect(issuesOf(name, document)).toEqual([]);
    const start = { uid: "u", time: 1, anything: { goes: [1] } };
    validateDocument("start", start);
    expect(start.anything).toEqual({ goes: [1] });
    expect(issuesOf("start", { uid: "u" }).map(({ path }) => path)).toEqual(["time"]);
    expect(issuesOf("start", { uid: "u", time: 1, "a.b": { "c/d": 1 } }).map(({ path }) => path)).toEqual(["a.b", "a.b.c/d"]);
    expect(issuesOf("stop", { uid: "u", time: 1, run_start: "r", exit_status: "gone" })).toHaveLength(1);
  });

  test("is off, a warning or an error as asked", () => {
    const seen: number[] = [];
    validateDocument("start", {}, "off");
    validateDocument("start", {}, "warn", (issues) => seen.push(issues.length));
    expect(seen).toEqual([2]);
    expect(() => validateDocument("start", {}, "strict")).toThrow(
      expect.objectContaining({ name: "EventModelValidationError", code: "format" }),
    );
  });

  test("lets through only what readers can rely on", () => {
    expect(asDocument("later_version", {})).toBeUndefined();
    expect(asDocument("constructor", {})).toBeUndefined();
    for (const [name, document] of [
      ["event", { descriptor: "d" }],
      ["descriptor", { uid: "u", data_keys: { a: 5 } }],
      ["event_page", { uid: 1 }],
      ["start", null],
    ] as const) {
      expect(() => asDocument(name, document), name).toThrow(expect.objectContaining({ name: "EventModelValidationError" }));
    }
  });

  test("knows old and new forms", () => {
    expect(streamNameOf({})).toBe("primary");
    expect(issuesOf("stream_resource", { uid: "u", data_key: "k", mimetype: "m", uri: "file://x", parameters: {} })).toEqual([]);
    expect(issuesOf("stream_resource", { uid: "u", data_key: "k", spec: "S", root: "", resource_path: "", resource_kwargs: {} })).toEqual(
      [],
    );
  });
});

describe("pages", () => {
  const event = fc.record({
    uid: fc.string({ minLength: 1 }),
    descriptor: fc.constant("d"),
    seq_num: fc.nat(),
    time: fc.double({ noNaN: true }),
    data: fc.dictionary(fc.oneof(fc.constantFrom("a", "b", "__proto__"), fc.string()), fc.oneof(fc.integer(), fc.string()), {
      noNullPrototype: true,
    }),
    timestamps: fc.constant({}),
    filled: fc.constant({}),
  });

  test("give back the events that they were made of, with null where one lacks a key", () => {
    const runs = 500;
    fc.assert(
      fc.property(fc.array(event, { minLength: 1, maxLength: 6 }), (list) => {
        const keys = new Set(list.flatMap(({ data }) => Object.keys(data)));
        const back = [...eventsOf(eventPageOf(list))];
        for (const [row, { data, ...rest }] of back.entries()) {
          for (const key of keys) expect(data[key]).toBe(Object.hasOwn(list[row]!.data, key) ? list[row]!.data[key] : null);
          expect(rest.uid).toBe(list[row]!.uid);
        }
      }),
      { numRuns: runs },
    );
    console.log(`event pages: ${runs} cases`);
  });

  test("are cut anew to exactly the size asked for", () => {
    const list = events(sampleScan(10));
    for (const size of [1, 3, 4, 10, 99]) {
      const pages = [...rechunkEventPages([eventPageOf(list.slice(0, 7)), eventPageOf(list.slice(7))], size)];
      expect(pages.slice(0, -1).every(({ uid }) => uid.length === size)).toBe(true);
      expect(pages.flatMap((page) => [...eventsOf(page)])).toEqual(list);
    }
    expect(() => eventPageOf([])).toThrow(expect.objectContaining({ name: "EventModelValueError" }));
    const datums = [{ resource: "r", datum_id: "r/0", datum_kwargs: { index: 0 } }];
    expect([...datumsOf(datumPageOf(datums))]).toEqual(datums);
    expect([...unpacked(["bulk_events", { x: list.slice(0, 2) }])]).toEqual(list.slice(0, 2).map((one) => ["event", one]));
  });
});

describe("composing and routing", () => {
  test("numbers events over descriptors, counts them at the stop, and ends there", () => {
    const documents: DocumentPair[] = [];
    const run = composeRun({ onDocument: (pair) => documents.push(pair), metadata: { plan_name: "x" } });
    const keys = { data_keys: { a: { dtype: "number", shape: [], source: "s" } }, name: "primary" } as const;
    const [first, second] = [run.descriptor(keys), run.descriptor(keys)];
    expect([first.event({ data: { a: 1 } }).seq_num, second.event({ data: { a: 2 } }).seq_num]).toEqual([1, 2]);
    expect(() => first.event({ data: { b: 1 } })).toThrow(expect.objectContaining({ name: "MismatchedDataKeys" }));
    expect(() => run.descriptor({ data_keys: {}, name: "primary" })).toThrow(expect.objectContaining({ name: "MismatchedDataKeys" }));
    const resource = run.resource({ spec: "S", root: "/", resource_path: "p", resource_kwargs: {} });
    expect(resource.datum({ i: 0 }).datum_id).toBe(`${resource.resource.uid}/0`);
    const stream = run.streamResource({ data_key: "c", mimetype: "m", uri: "file://localhost/x", parameters: {} });
    expect(stream.datum({ indices: { start: 0, stop: 5 } }).seq_nums).toEqual({ start: 1, stop: 6 });
    expect(run.stop().num_events).toEqual({ primary: 2 });
    expect(() => first.event({ data: { a: 3 } })).toThrow(expect.objectContaining({ name: "EventModelRuntimeError" }));
    expect(documents.map(([name]) => name)).toEqual(
      "start descriptor descriptor event event resource datum stream_resource stream_datum stop".split(" "),
    );
  });

  test("takes interleaved runs apart, and refuses what belongs to none", () => {
    const [a, b] = [sampleScan(3, { seed: 1 }), sampleScan(3, { seed: 2 })];
    const counts = new Map<string, number>();
    const router = new RunRouter<void>((start) => ({ event: () => void counts.set(start.uid, (counts.get(start.uid) ?? 0) + 1) }));
    for (const [index, pair] of a.entries()) {
      router.route(pair);
      router.route(b[index]!);
    }
    expect([...counts.values()]).toEqual([3, 3]);
    expect(router.active).toEqual([]);
    try {
      router.route(a[2]!);
      expect.unreachable();
    } catch (error) {
      expect(isEventModelError(error, "UnresolvableForeignKeyError")).toBe(true);
      expect(isEventModelError(error, "UnfilledData")).toBe(false);
    }
  });

  test("puts documents in an order that every reader stands", () => {
    const documents = sampleScan(4);
    fc.assert(
      fc.property(fc.shuffledSubarray(documents, { minLength: documents.length }), (shuffled) => {
        expect(orderDocuments(shuffled)).toEqual(documents);
      }),
    );
  });
});

test("times keep what float seconds hold", () => {
  expect(nanosOf(1_700_000_001.123456)).toBe(1_700_000_001_123_456_001n);
  expect(nanosOf(-1.5)).toBe(-1_500_000_000n);
  expect(nanosOf(secondsOf(1_000_000_001n))).toBe(1_000_000_001n);
  for (const bad of [Number.NaN, Number.POSITIVE_INFINITY, 1e300])
    expect(() => nanosOf(bad)).toThrow(expect.objectContaining({ code: "format" }));
});
