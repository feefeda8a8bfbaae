import { RecordBatch } from "apache-arrow";
import type { StreamDriver } from "../contract.js";
import { canonicalBatch } from "../table/canonical.js";
import { toNanos } from "../time/instant.js";
import { isEmpty } from "../time/range.js";
import { adopt } from "./adopt.js";
import { batchesOf } from "./batches.js";
import type { Calls } from "./call.js";
import { head, tail } from "./ends.js";
import { inspectable } from "./inspect.js";
import { many } from "./many.js";
import { readBatches } from "./read.js";
import { streamContext } from "./stream-context.js";
import type { Stream } from "./types.js";
import { viewBatches } from "./view.js";
import { windowsOf } from "./windows.js";

/** A stream as users hold it, over the driver's. Every question is a fresh call with a signal of its own. */
export function createStream(connector: string, driver: StreamDriver, calls: Calls): Stream {
  const context = streamContext(connector, driver, calls);
  const { id } = driver;
  const stream: Stream = {
    id,
    name: driver.name,
    ...(driver.collection === undefined ? {} : { collection: driver.collection }),
    ...(driver.kind === undefined ? {} : { kind: driver.kind }),
    ...(driver.metadata === undefined ? {} : { metadata: driver.metadata }),
    ...(driver.known === undefined ? {} : { known: driver.known }),
    supports(ability) {
      if (ability === "changes") return driver.versions?.changes !== undefined;
      if (ability === "annotate") return driver.append?.annotate !== undefined;
      return driver[ability] !== undefined;
    },
    describe: (options) => context.describe(options),
    read: (options = {}) => readBatches(context, options),
    table: ({ maxBytes, ...options } = {}) => readBatches(context, options).table(maxBytes === undefined ? {} : { maxBytes }),
    rows: (options = {}) => readBatches(context, options).rows(),
    head: (rows = 10, options = {}) => head(context, rows, options),
    tail: (rows = 10, options = {}) => tail(context, rows, options),
    windows: (options) => windowsOf(context, options),
    view: (options) => viewBatches(context, options),
    arrays: (options = {}) =>
      many(async function* () {
        const { arrays } = driver;
        if (arrays === undefined) throw context.unsupported("arrays");
        const range = await context.range(options);
        if (range !== undefined && isEmpty(range)) return;
        const { field, refs, slice, level } = options;
        const query = {
          ...(range === undefined ? {} : { range }),
          ...(field === undefined ? {} : { field }),
          ...(refs === undefined ? {} : { refs }),
          ...(slice === undefined ? {} : { slice }),
          ...(level === undefined ? {} : { level }),
        };
        yield* calls.iterate(`reading arrays of '${id}'`, options, (call) => arrays.read(query, call));
      }),
    objects: (options = {}) =>
      many(async function* () {
        const { objects } = driver;
        if (objects === undefined) throw context.unsupported("objects");
        const range = await context.range(options);
        if (range !== undefined && isEmpty(range)) return;
        for await (const object of calls.iterate(`listing objects of '${id}'`, options, (call) => objects.list(range, call))) {
          yield {
            ...object,
            bytesOf: (own?: typeof options) =>
              calls.run(`getting object '${object.key}'`, own ?? options, (call) => objects.get(object.key, call)),
          };
        }
      }),
    async object(key, options) {
      const { objects } = driver;
      if (objects === undefined) throw context.unsupported("objects");
      return calls.run(`getting object '${key}'`, options, (call) => objects.get(key, call));
    },
    changes: (options) =>
      many(async function* () {
        const { versions } = driver;
        if (versions?.changes === undefined) throw context.unsupported("changes between versions");
        const to = options.to ?? (await calls.run(`asking the version of '${id}'`, options, (call) => versions.current(call)));
        // Called as a member: a driver may be a class.
        yield* calls.iterate(`listing changes of '${id}'`, options, (call) => versions.changes?.(options.from, to, call) ?? none());
      }),
    follow: (options = {}) =>
      batchesOf({
        what: context.label,
        schema: () => context.schema(options),
        decode: driver.decode?.bind(driver),
        async *iterate() {
          const { live } = driver;
          if (live === undefined) throw context.unsupported("live data");
          const columns = await context.columns(options);
          const from = options.from === undefined ? undefined : toNanos(options.from);
          const query = { ...(from === undefined ? {} : { from }), ...(columns === undefined ? {} : { columns }) };
          const batches = calls.iterate(`following '${id}'`, options, (call) => live.follow(query, call));
          yield* adopt(context.label, batches, { method: "raw", by: "store", exact: true });
        },
      }),
    async append(rows, options) {
      const { append } = driver;
      if (append === undefined) throw context.unsupported("appending");
      const batches = rows instanceof RecordBatch ? [rows] : rows.batches;
      for (const batch of batches) {
        await calls.run(`appending to '${id}'`, options, (call) => append.rows(canonicalBatch(batch), call));
      }
    },
    async annotate(metadata, options) {
      const { append } = driver;
      if (append?.annotate === undefined) throw context.unsupported("annotating");
      // Called as a member: a driver may be a class.
      await calls.run(`annotating '${id}'`, options, async (call) => append.annotate?.(metadata, call));
    },
  };
  return inspectable(stream, () => {
    const abilities = (["windows", "overview", "newest", "arrays", "objects", "versions", "live", "append"] as const).filter(
      stream.supports,
    );
    return `Stream ${context.label}${stream.kind ? ` (${stream.kind})` : ""}${abilities.length > 0 ? `: ${abilities.join(", ")}` : ""}`;
  });
}

async function* none(): AsyncGenerator<never, void, undefined> {}
