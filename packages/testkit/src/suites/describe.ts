import { type Description, fieldInfo, schemaText } from "@sonde/core/connector";
import type { Context } from "../context.js";
import { ensure, show } from "../ensure.js";
import { suite } from "../rule.js";

const roles: readonly string[] = ["time", "tick", "quantity", "category", "status", "array", "document"];
const statistics: readonly string[] = ["min", "max", "mean", "stddev", "count", "sum", "median"];

async function described(context: Context): Promise<Description> {
  return (await context.open()).stream.describe(context.call());
}

/** Whether the fixture's range is the whole stream, so that `rows` and `extent` can be compared with what was read. */
async function readsAll(context: Context): Promise<boolean> {
  const { extent } = await described(context);
  const { range } = context.fixture.stream;
  return range === undefined || (extent != null && range.start <= extent.start && extent.end <= range.end);
}

export const describe = suite("describe", {
  "says a kind, the same as the stream": async (context) => {
    const { kind } = await described(context);
    ensure(["series", "events", "frames"].includes(kind), `kind ${show(kind)} is none of series, events, frames`);
    const { stream } = await context.open();
    ensure(stream.kind === undefined || stream.kind === kind, `the stream says ${show(stream.kind)}, describe() ${show(kind)}`);
  },
  "puts `time` first, in nanoseconds UTC": async (context) => {
    const { schema } = await described(context);
    const [first] = schema.fields;
    const text = schemaText(schema).split(", ").slice(0, 2).join(", ");
    ensure(first?.name === "time", `the first column is '${first?.name}': begin every schema with timeField()`);
    ensure(text.startsWith("time: Timestamp<NANOSECOND, UTC>"), `'time' is ${first.type}: use timeField()`);
    ensure(!first.nullable, "'time' is nullable: use timeField()");
    ensure(fieldInfo(first).role === "time", `'time' has role ${show(fieldInfo(first).role)}: use timeField()`);
  },
  "names each column once": async (context) => {
    const names = (await described(context)).schema.fields.map(({ name }) => name);
    ensure(new Set(names).size === names.length, `a name comes twice among the columns ${names.join(", ")}`);
  },
  "describes fields in the shared vocabulary": async (context) => {
    const { schema } = await described(context);
    const names = schema.fields.map(({ name }) => name);
    for (const field of schema.fields) {
      const { role, statistic, of, count } = fieldInfo(field);
      ensure(role === undefined || roles.includes(role), `'${field.name}' has role '${role}'`);
      ensure((role === "time") === (field.name === "time"), `'${field.name}' has role ${show(role)}`);
      ensure(statistic === undefined || statistics.includes(statistic), `'${field.name}' has statistic '${statistic}'`);
      ensure((statistic === undefined) === (of === undefined), `'${field.name}' has only one of statistic and of`);
      ensure(count === undefined || names.includes(count), `'${field.name}' is counted by '${count}', which is no column`);
      for (const key of ["scale", "offset"]) {
        const text = field.metadata.get(`sonde:${key}`);
        ensure(text === undefined || Number.isFinite(Number(text)), `'${field.name}' has ${key} '${text}'`);
      }
    }
  },
  "gives its members the contract's types": async (context) => {
    const { extent, rows, accuracy, version, clock } = await described(context);
    if (extent != null) {
      ensure(typeof extent.start === "bigint" && typeof extent.end === "bigint", "extent is not in bigint nanoseconds");
      ensure(extent.start < extent.end, "extent is empty: null says that there are no rows");
    }
    ensure(rows === undefined || (Number.isSafeInteger(rows) && rows >= 0), `rows is ${show(rows)}: a whole number, or left out`);
    ensure(
      accuracy === undefined || (typeof accuracy === "bigint" && accuracy >= 0n),
      `accuracy is ${show(accuracy)}: nanoseconds as a bigint, or left out`,
    );
    ensure(version === undefined || (typeof version === "string" && version !== ""), `version is ${show(version)}: text, or left out`);
    if (clock) ensure(clock.ticks > 0n && clock.per > 0n && typeof clock.origin === "bigint", "a clock has positive bigint ticks and per");
  },
  "has every row in its extent, whose end is exclusive": async (context) => {
    const { extent } = await described(context);
    if (extent === undefined) return;
    const { times } = await context.rows();
    const [first, last] = [times[0], times.at(-1)];
    if (first === undefined || last === undefined) {
      ensure(extent !== null || !(await readsAll(context)), "extent is null");
      return;
    }
    ensure(extent !== null, `extent is null, but there are ${times.length} rows`);
    ensure(extent.start <= first, `extent starts at ${extent.start}, after the first row at ${first}`);
    ensure(last < extent.end, `extent ends at ${extent.end}, not after the last row at ${last}: the end is exclusive`);
  },
  "counts its rows exactly, or not at all": async (context) => {
    const { rows } = await described(context);
    if (rows === undefined) return;
    const { times } = await context.rows();
    if (await readsAll(context)) ensure(rows === times.length, `describe() says ${rows} rows, read() gives ${times.length}`);
    else ensure(rows >= times.length, `describe() says ${rows} rows, a part alone has ${times.length}`);
  },
  "has ticks that tell the time exactly": {
    applies: async (context) => {
      const { clock, schema } = await described(context);
      return (
        (clock !== undefined && schema.fields.some((field) => fieldInfo(field).role === "tick")) ||
        "the stream has no clock with a tick column"
      );
    },
    run: async (context) => {
      const { clock, schema } = await described(context);
      const name = schema.fields.find((field) => fieldInfo(field).role === "tick")?.name ?? "";
      const rows = await context.rows();
      const ticks = rows.columns.get(name) ?? [];
      if (clock === undefined) return;
      for (const [row, time] of rows.times.entries()) {
        const tick = ticks[row];
        ensure(typeof tick === "bigint", `tick ${show(tick)} of row ${row} is no 64-bit integer`);
        // floor, for negative ticks too
        const product = tick * clock.per;
        const quotient = product / clock.ticks - (product % clock.ticks < 0n ? 1n : 0n);
        ensure(clock.origin + quotient === time, `tick ${tick} is at ${clock.origin + quotient}, row ${row} says ${time}`);
      }
    },
  },
  "says the same twice": async (context) => {
    const [one, two] = [await described(context), await described(context)];
    ensure(schemaText(one.schema) === schemaText(two.schema), "the schema differs");
    ensure(one.version === two.version, `version ${show(one.version)}, then ${show(two.version)} of the same data`);
  },
  "asks a bounded number of requests": {
    applies: (context) => context.requests() !== undefined || "the fixture gives no `requests`",
    run: async (context) => {
      const { stream } = await context.open();
      const before = context.requests() ?? 0;
      await stream.describe(context.call());
      const made = (context.requests() ?? 0) - before;
      const allowed = context.fixture.describeRequests ?? 8;
      ensure(made <= allowed, `describe() made ${made} requests, ${allowed} are allowed: leave out what needs a scan`);
    },
  },
});
