import { inspect } from "node:util";
import { describe, expect, test } from "vitest";
import { isSondeError, sondeError } from "../../src/errors.js";
import { open } from "../../src/source/open.js";
import type { Stream } from "../../src/source/types.js";
import { timesOf } from "../../src/table/column.js";
import { fixture, origin, step } from "./fixture.js";

const first = async (made: ReturnType<typeof fixture>): Promise<Stream> => (await made.open()).stream("a");
const failure = async (promise: Promise<unknown>) =>
  promise.then(
    () => undefined,
    (error: unknown) => error,
  );
const sleep = (milliseconds: number) => new Promise((resolve) => setTimeout(resolve, milliseconds));

describe("opening", () => {
  test("options that the schema refuses are named by their path", async () => {
    const { connector } = fixture();
    const error = await failure(connector.open({} as never));
    expect(isSondeError(error, "options") && error.issues).toEqual([{ path: "path", message: "expected a path" }]);
  });

  test("an address goes to the connector that takes it", async () => {
    const { connector } = fixture();
    for (const address of ["fixture://host/x", "./data.fix", "/tmp/data.fix", "C:\\data.fix"]) {
      const source = await open(address, { connectors: [connector] });
      expect(source.connector).toBe("fixture");
      expect(connector.owns(source) && source.client.native).toBe(true);
      await source.close();
    }
    const refused = await failure(open("nothing://host", { connectors: [connector] }));
    expect(isSondeError(refused, "unsupported") && refused.message).toContain("fixture (fixture, file, .fix)");
    const secret = await failure(open("fixture://me:hunter2@host/x", { connectors: [connector] }));
    expect(isSondeError(secret, "options") && !secret.message.includes("hunter2")).toBe(true);
  });

  test("a connector of another contract is refused", async () => {
    const { connector } = fixture();
    const { openConnector } = await import("../../src/source/connector.js");
    expect(isSondeError(await failure(openConnector({ ...connector, contract: 2 as 1 }, { path: "x" })), "contract")).toBe(true);
  });
});

describe("finding streams", () => {
  test("by id, by a name that is its alone, and not by a name of two", async () => {
    const source = await fixture().open();
    expect((await source.stream("b")).id).toBe("b");
    expect((await source.stream("alpha")).id).toBe("a");
    const ambiguous = await failure(source.stream("twin"));
    expect(isSondeError(ambiguous, "not-found") && ambiguous.message).toContain("'b', 'c'");
    expect(isSondeError(await failure(source.stream("none")), "not-found")).toBe(true);
    expect((await source.streams({ name: "twin" }).toArray()).map(({ id }) => id)).toEqual(["b", "c"]);
  });

  test("printing shows what there is", async () => {
    const source = await fixture().open();
    expect(inspect(source)).toBe('Source fixture {"version":"1","limit":"1152921504606846976"}');
    expect(inspect(await source.stream("a"))).toBe("Stream fixture 'a' (series)");
  });
});

describe("describing", () => {
  test("one question describes the stream at most once, and the next asks anew", async () => {
    const made = fixture();
    const stream = await first(made);
    for await (const _ of stream.view({ points: 10 })) break;
    expect(made.log.describes).toBe(1);
    await stream.table({ last: "1ms", columns: ["value"] });
    expect(made.log.describes).toBe(2);
    for await (const _ of stream.windows({ width: "1ms" })) break;
    expect(made.log.describes).toBe(3);
  });

  test("a caller who leaves takes no other's schema along", async () => {
    const stream = await first(fixture());
    const leaving = AbortSignal.abort(new Error("left"));
    const [gone, there] = await Promise.all([
      failure(stream.table({ columns: ["value"], signal: leaving })),
      stream.table({ columns: ["value"] }),
    ]);
    expect(gone).toBe(leaving.reason);
    expect(there.numRows).toBe(1000);
  });
});

describe("reading", () => {
  test("ranges are half open and to the nanosecond", async () => {
    const stream = await first(fixture());
    const table = await stream.table({ start: origin + step, end: origin + 3n * step });
    expect(table.batches.flatMap((batch) => [...timesOf(batch)])).toEqual([origin + step, origin + 2n * step]);
    expect((await stream.table({ start: origin + step, end: origin + 3n * step + 1n })).numRows).toBe(3);
  });

  test("an empty range asks nothing and still has the columns", async () => {
    const made = fixture();
    const table = await (await first(made)).table({ start: 5n, end: 5n, columns: ["value"] });
    expect([table.numRows, table.schema.fields.map(({ name }) => name), made.log.reads.length]).toEqual([0, ["time", "value"], 0]);
  });

  test("last counts back from the last row", async () => {
    const table = await (await first(fixture())).table({ last: 5n * step });
    expect(table.numRows).toBe(5);
    expect(table.getChild("value")?.toArray().at(-1)).toBe(999);
  });

  test("columns are projected, unknown ones named", async () => {
    const made = fixture();
    const stream = await first(made);
    expect((await stream.table({ columns: ["other"] })).schema.fields.map(({ name }) => name)).toEqual(["time", "other"]);
    const error = await failure(stream.table({ columns: ["nope"] }));
    expect(isSondeError(error, "not-found") && error.message).toContain("value");
  });

  test("rows hold exact times", async () => {
    const stream = await first(fixture());
    expect(await stream.rows({ columns: ["value"] }).first()).toEqual({ time: origin, value: 0 });
  });

  test("head stops early, tail reads only the end", async () => {
    const made = fixture({ rows: 100_000, batchRows: 1000 });
    const stream = await first(made);
    const head = await stream.head(5);
    expect([head.numRows, made.log.batches]).toEqual([5, 1]);
    const tail = await stream.tail(7);
    expect(tail.getChild("value")?.toArray()).toEqual(Float64Array.from({ length: 7 }, (_, k) => 99_993 + k));
    expect(made.log.reads.at(-1)?.range?.start).toBeGreaterThan(origin);
    expect((await stream.head(0)).numRows).toBe(0);
  });

  test("what the driver lacks is refused and the rest named", async () => {
    const stream = await first(fixture());
    for (const asked of [
      stream.table({ version: "1" }),
      stream.table({ level: 1 }),
      stream.arrays().first(),
      stream.objects().first(),
      stream.follow().table(),
    ]) {
      const error = await failure(asked);
      expect(isSondeError(error, "unsupported") && error.message).toMatch(/^fixture 'a' has no .*it can only be read$/);
    }
    expect(stream.supports("windows")).toBe(false);
  });

  test("a table past maxBytes is refused with how to narrow", async () => {
    const stream = await first(fixture());
    const error = await failure(stream.table({ maxBytes: 5000 }));
    expect(isSondeError(error, "limit") && error.option).toBe("maxBytes");
  });

  test("what was complete before damage is kept, with the error", async () => {
    const damage = sondeError("format", "bad block", { key: "a", offset: 7 });
    const stream = await first(
      fixture({
        before: (batch) => {
          if (batch === 3) throw damage;
        },
      }),
    );
    expect(await failure(stream.table())).toBe(damage);
    const { table, error } = await stream.read().settle();
    expect([table.numRows, error]).toEqual([300, damage]);
  });

  test("batches that differ from the first are refused, not dropped", async () => {
    const { rows, schema } = await import("./fixture.js");
    const { Field, Schema } = await import("apache-arrow");
    const nullable = new Schema(schema.fields.map((field) => new Field(field.name, field.type, field.name === "value")));
    const stream = await first(
      fixture({
        stream: {
          async *read() {
            yield rows(0, 2);
            yield rows(2, 4, nullable);
          },
        },
      }),
    );
    expect(isSondeError(await failure(stream.table()), "contract")).toBe(true);
  });

  test("progress counts rows and bytes", async () => {
    const seen: number[] = [];
    await (await first(fixture())).table({ onProgress: ({ rows }) => seen.push(rows) });
    expect(seen).toEqual([100, 200, 300, 400, 500, 600, 700, 800, 900, 1000]);
  });
});

describe("aborting and closing", () => {
  test("an aborted signal asks nothing", async () => {
    const made = fixture();
    const stream = await first(made);
    const reason = new Error("no");
    const signal = AbortSignal.abort(reason);
    expect(await failure(stream.table({ signal }))).toBe(reason);
    expect(await failure(stream.describe({ signal }))).toBe(reason);
    expect([made.log.reads.length, made.log.describes]).toEqual([0, 0]);
  });

  test("an abort lands within 50 ms, as its reason, while a driver hangs", async () => {
    const made = fixture({ before: (batch) => (batch === 1 ? new Promise(() => {}) : undefined) });
    const controller = new AbortController();
    const stream = await first(made);
    const table = failure(stream.table({ signal: controller.signal }));
    await sleep(20);
    const started = performance.now();
    controller.abort("enough");
    expect(await table).toBe("enough");
    expect(performance.now() - started).toBeLessThan(50);
    expect(made.log.calls.at(-1)?.signal.reason).toBe("enough");
  });

  test("an abort lands within 50 ms while a driver decodes without ever waiting", async () => {
    const made = fixture({ rows: 10_000_000, batchRows: 100 });
    const stream = await first(made);
    const controller = new AbortController();
    let aborted = 0;
    setTimeout(() => {
      aborted = performance.now();
      controller.abort("enough");
    }, 30);
    const started = performance.now();
    expect(await failure(stream.table({ signal: controller.signal }))).toBe("enough");
    expect(aborted - started).toBeLessThan(80);
    expect(performance.now() - aborted).toBeLessThan(50);
    const { batches } = made.log;
    await sleep(100);
    expect([made.log.batches, made.log.returned]).toEqual([batches, 1]);
  });

  test("breaking out of a loop returns the driver's iterator", async () => {
    const made = fixture();
    const stream = await first(made);
    for await (const batch of stream.read()) {
      expect(batch.numRows).toBe(100);
      break;
    }
    expect([made.log.batches, made.log.returned, made.log.calls.at(-1)?.signal.aborted]).toEqual([1, 1, true]);
  });

  test("nobody pulls, nothing is read", async () => {
    const made = fixture();
    const iterator = (await first(made)).read()[Symbol.asyncIterator]();
    await iterator.next();
    await sleep(30);
    expect(made.log.batches).toBe(1);
    await iterator.return?.();
  });

  test("closing rejects what is under way, naming the stream, and what comes later", async () => {
    const made = fixture({ before: (batch) => (batch === 1 ? new Promise(() => {}) : undefined) });
    const source = await made.open();
    const stream = await source.stream("a");
    const table = failure(stream.table());
    await sleep(10);
    await source.close();
    await source.close();
    const error = await table;
    expect(isSondeError(error, "closed") && error.message).toContain("reading 'a'");
    expect(isSondeError(await failure(stream.table()), "closed")).toBe(true);
    expect(made.log.closed).toBe(1);
  });

  test("twenty readers of one signal print no warning and leave no listener", async () => {
    const warnings: unknown[] = [];
    const listen = (warning: unknown) => warnings.push(warning);
    process.on("warning", listen);
    const stream = await first(fixture());
    const { signal } = new AbortController();
    await Promise.all(Array.from({ length: 20 }, () => stream.table({ signal })));
    await sleep(5);
    process.off("warning", listen);
    expect(warnings).toEqual([]);
  });
});

describe("cells stored encoded", () => {
  test("are decoded in rows and in text formats, without a word from the user", async () => {
    const { schemaOf } = await import("../../src/table/schema.js");
    const { fieldOf, timeField } = await import("../../src/table/field.js");
    const { arrowType } = await import("../../src/table/types.js");
    const { batchOf } = await import("../../src/table/batch.js");
    const { toCsv } = await import("../../src/formats/csv.js");
    const encoded = schemaOf([timeField(), fieldOf("entry", arrowType.utf8(), { role: "document", encoding: "json" })]);
    const stream = await first(
      fixture({
        stream: {
          async *read() {
            yield batchOf(encoded, { time: [1n], entry: ['{"a":[1,2]}'] });
          },
          decode: (_field, cell) => JSON.parse(String(cell)),
        },
      }),
    );
    expect(await stream.rows().toArray()).toEqual([{ time: 1n, entry: { a: [1, 2] } }]);
    expect(await toCsv(stream.read())).toBe('time,entry\n1970-01-01T00:00:00.000000001Z,"{""a"":[1,2]}"\n');
  });
});
