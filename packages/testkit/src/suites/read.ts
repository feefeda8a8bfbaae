import { chunksOf, fieldInfo, isSondeError, type Nanos, projectSchema, type ReadQuery, schemaText, timesOf } from "@sonde/core/connector";
import type { RecordBatch } from "../arrow.js";
import type { Context } from "../context.js";
import { ensure, rejection, show } from "../ensure.js";
import { bytesOf, ensureSameRows, gather, pick, type Rows, readRows, rowsOf } from "../rows.js";
import { suite } from "../rule.js";

const mostRows = 65_536;
/** "About 8 MB": a driver can't always cut where it would. */
const mostBytes = 16 * 2 ** 20;

async function batches(context: Context, query: ReadQuery = {}): Promise<RecordBatch[]> {
  const { stream, range } = await context.open();
  return gather(stream.read({ ...(range ? { range } : {}), ...query }, context.call()));
}

const read = async (context: Context, query: ReadQuery = {}) => rowsOf(await batches(context, query));

async function edges(context: Context): Promise<{ rows: Rows; first: Nanos; middle: Nanos; last: Nanos }> {
  const rows = await context.rows();
  const [first, middle, last] = [rows.times[0], rows.times[rows.times.length >> 1], rows.times.at(-1)];
  ensure(first !== undefined && middle !== undefined && last !== undefined, "the fixture's stream has no rows: give one that has");
  return { rows, first, middle, last };
}

export const readRules = suite("read", {
  "gives the fixture's rows at its instants, exact to the nanosecond": async (context) => {
    const { rows, firstTimes } = context.fixture.stream;
    const { times } = await read(context);
    ensure(times.length > 0, "no rows: a fixture must have some");
    if (rows !== undefined) ensure(times.length === rows, `${times.length} rows, the fixture says ${rows}`);
    for (const [row, time] of (firstTimes ?? []).entries())
      ensure(times[row] === time, `row ${row} is at ${show(times[row])}, the fixture says ${time}`);
  },
  "begins at `start`, to the nanosecond": async (context) => {
    const { rows, first, middle, last } = await edges(context);
    for (const edge of [first, middle, last]) {
      for (const start of [edge - 1n, edge, edge + 1n]) {
        ensureSameRows(
          await read(context, { range: { start, end: last + 1n } }),
          pick(rows, (time) => time >= start),
          `read from ${start} (a row is at ${edge})`,
        );
      }
    }
  },
  "ends before `end`, to the nanosecond": async (context) => {
    const { rows, first, middle, last } = await edges(context);
    for (const edge of [first, middle, last]) {
      for (const end of [edge, edge + 1n]) {
        ensureSameRows(
          await read(context, { range: { start: first, end } }),
          pick(rows, (time) => time < end),
          `read up to ${end} (a row is at ${edge})`,
        );
      }
    }
  },
  "yields nothing for an empty range": async (context) => {
    const { first, last } = await edges(context);
    for (const at of [first, last]) {
      const got = await batches(context, { range: { start: at, end: at } });
      ensure(got.length === 0, `[${at}, ${at}) gave ${got.length} batches`);
    }
  },
  "yields nothing where `end` is before `start`": async (context) => {
    const { first, last } = await edges(context);
    const got = await batches(context, { range: { start: last + 1n, end: first } });
    ensure(got.length === 0, `[${last + 1n}, ${first}) gave ${got.length} batches`);
  },
  "yields nothing outside its extent": async (context) => {
    const { stream } = await context.open();
    const { extent } = await stream.describe(context.call());
    if (extent == null) return;
    for (const range of [
      { start: extent.start - 1_000_000_000n, end: extent.start },
      { start: extent.end, end: extent.end + 1_000_000_000n },
    ]) {
      const got = await batches(context, { range });
      ensure(got.length === 0, `[${range.start}, ${range.end}) lies outside the extent, but gave ${got.length} batches`);
    }
  },
  "gives the whole in parts": async (context) => {
    const { rows, first, middle, last } = await edges(context);
    const third = rows.times[Math.floor(rows.times.length / 3)] ?? first;
    const cuts = [first, third, middle, last, last + 1n];
    const parts: RecordBatch[] = [];
    for (const [index, start] of cuts.slice(0, -1).entries()) {
      parts.push(...(await batches(context, { range: { start, end: cuts[index + 1] ?? start } })));
    }
    ensureSameRows(rowsOf(parts), rows, `the parts cut at ${cuts.join(", ")}`);
  },
  "never descends in time, inside or across batches": async (context) => {
    let before: Nanos | undefined;
    for (const batch of await batches(context)) {
      for (const time of timesOf(batch)) {
        ensure(before === undefined || before <= time, `${time} comes after ${before}`);
        before = time;
      }
    }
  },
  "gives every batch the described schema, nullability included": async (context) => {
    const { stream } = await context.open();
    const wanted = schemaText((await stream.describe(context.call())).schema);
    for (const batch of await batches(context)) {
      const got = schemaText(batch.schema);
      ensure(got === wanted, `a batch has ${got}; describe() says ${wanted}: Arrow drops such batches in silence`);
    }
  },
  "holds no null where none may be": async (context) => {
    for (const batch of await batches(context)) {
      for (const field of batch.schema.fields) {
        const nulls = chunksOf(batch, field.name).reduce((sum, data) => sum + data.nullCount, 0);
        ensure(field.nullable || nulls === 0, `'${field.name}' is not nullable but holds ${nulls} nulls`);
      }
    }
  },
  "projects to `time` and the columns asked for, in the schema's order": async (context) => {
    const { stream } = await context.open();
    const { schema } = await stream.describe(context.call());
    const rows = await context.rows();
    const others = schema.fields.map(({ name }) => name).filter((name) => name !== "time");
    const choices = [
      [],
      ["time"],
      ...others.slice(0, 3).map((name) => [name]),
      others.slice(-1),
      [...others].reverse(),
      [others[0], others.at(-1)],
    ];
    for (const columns of choices.map((names) => names.filter((name) => name !== undefined))) {
      const what = `columns [${columns.join(", ")}]`;
      const wanted = schemaText(projectSchema(schema, columns));
      const got = await batches(context, { columns });
      for (const batch of got) ensure(schemaText(batch.schema) === wanted, `${what} gave ${schemaText(batch.schema)} instead of ${wanted}`);
      ensureSameRows(
        rowsOf(got),
        pick(rows, () => true, columns),
        what,
      );
    }
  },
  "refuses a column that there is not, and names it": async (context) => {
    const column = "sonde-testkit-no-such-column";
    const error = await rejection(`reading '${column}'`, () => read(context, { columns: [column] }));
    ensure(isSondeError(error, "not-found") || isSondeError(error, "unsupported"), `${show(error)} is neither not-found nor unsupported`);
    ensure(error.message.includes(column), `the message does not name '${column}': ${error.message}`);
  },
  "yields no empty batch": async (context) => {
    const { middle, last } = await edges(context);
    for (const query of [{}, { range: { start: middle, end: last } }]) {
      for (const batch of await batches(context, query)) ensure(batch.numRows > 0, "a batch has no rows: leave it out");
    }
  },
  "keeps batches under 64 Ki rows and about 8 MB": async (context) => {
    for (const batch of await batches(context)) {
      const bytes = bytesOf(batch.data);
      ensure(batch.numRows <= mostRows, `a batch has ${batch.numRows} rows: slice it to ${mostRows}`);
      ensure(bytes <= mostBytes || batch.numRows === 1, `a batch of ${batch.numRows} rows takes ${bytes} bytes: slice it to about 8 MB`);
    }
  },
  "does not come row by row": async (context) => {
    const got = await batches(context);
    const rows = got.reduce((sum, batch) => sum + batch.numRows, 0);
    const bytes = got.reduce((sum, batch) => sum + bytesOf(batch.data), 0);
    if (rows < 256 || bytes / rows > 2 ** 18) return;
    ensure(rows / got.length >= 8, `${rows} rows came in ${got.length} batches: gather them to about 64 Ki rows`);
  },
  "gives the same when read again": async (context) => {
    ensureSameRows(await read(context), await read(context), "reading again");
  },
  "keeps concurrent reads apart": async (context) => {
    const { rows, first, middle, last } = await edges(context);
    const { stream } = await context.open();
    const ranges = [
      { start: first, end: last + 1n },
      { start: middle, end: last + 1n },
      { start: first, end: middle },
    ];
    const reads = ranges.map((range) => stream.read({ range }, context.call())[Symbol.asyncIterator]());
    const parts: RecordBatch[][] = ranges.map(() => []);
    // In turns, so that state that two reads share would show.
    for (const open = new Set(reads.keys()); open.size > 0; ) {
      for (const index of open) {
        const next = await reads[index]?.next();
        if (!next || next.done) open.delete(index);
        else parts[index]?.push(next.value);
      }
    }
    for (const [index, range] of ranges.entries()) {
      ensureSameRows(
        rowsOf(parts[index] ?? []),
        pick(rows, (time) => time >= range.start && time < range.end),
        `read ${index + 1} of three at once`,
      );
    }
  },
  "reports progress that never goes back": async (context) => {
    const { stream, range } = await context.open();
    const call = context.call();
    const { times } = await readRows(stream.read(range ? { range } : {}, call));
    let before = { rows: 0, bytes: 0 };
    for (const report of call.progress) {
      ensure(report.rows >= before.rows && report.bytes >= before.bytes, `progress went from ${before.rows} rows back to ${report.rows}`);
      ensure(report.totalBytes === undefined || report.totalBytes >= report.bytes, `${report.bytes} bytes of ${report.totalBytes}`);
      before = report;
    }
    const [final] = call.progress.slice(-1);
    ensure(final === undefined || final.rows <= times.length, `progress reports ${final?.rows} rows of ${times.length}`);
  },
  "decodes the cells that it stores encoded": {
    applies: async (context) => {
      const { stream } = await context.open();
      const { schema } = await stream.describe(context.call());
      return schema.fields.some((field) => fieldInfo(field).encoding !== undefined) || "no column is stored encoded";
    },
    run: async (context) => {
      const { stream } = await context.open();
      const { schema } = await stream.describe(context.call());
      const rows = await context.rows();
      for (const field of schema.fields) {
        if (fieldInfo(field).encoding === undefined) continue;
        ensure(stream.decode !== undefined, `'${field.name}' is stored as ${fieldInfo(field).encoding}, but the stream has no decode()`);
        for (const cell of (rows.columns.get(field.name) ?? []).slice(0, 1000)) {
          if (cell === null) continue;
          ensure(stream.decode(field, cell) !== cell, `decode() leaves '${field.name}' as it is`);
        }
      }
    },
  },
});
