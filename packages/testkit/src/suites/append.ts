import { batchOf, isSondeError, type Metadata, schemaOf, timeField } from "@sonde/core/connector";
import { continuation } from "../appending.js";
import { ensure, rejection, show } from "../ensure.js";
import { equal } from "../equal.js";
import { ensureSameRows, readRows, rowsOf } from "../rows.js";
import { allOf, fixtureGives, streamHas, suite } from "../rule.js";

export const append = suite(
  "append",
  {
    "keeps the rows, and gives them back exactly": async (context) => {
      const { stream, driver } = await context.openFor("append");
      const batch = await continuation(context, stream);
      const wanted = rowsOf([batch]);
      const before = await readRows(stream.read({}, context.call()));
      await stream.append?.rows(batch, context.call());
      const again = await driver.stream(stream.id, context.call());
      const after = await readRows(again.read({}, context.call()));
      ensure(
        after.times.length === before.times.length + wanted.times.length,
        `${before.times.length} rows and ${wanted.times.length} appended make ${after.times.length}`,
      );
      const range = { start: wanted.times[0] ?? 0n, end: (wanted.times.at(-1) ?? 0n) + 1n };
      ensureSameRows(await readRows(again.read({ range }, context.call())), wanted, "the rows appended");
    },
    "is seen by `describe`": async (context) => {
      const { stream, driver } = await context.openFor("append");
      const old = await stream.describe(context.call());
      const batch = await continuation(context, stream);
      await stream.append?.rows(batch, context.call());
      const { rows, extent, version } = await (await driver.stream(stream.id, context.call())).describe(context.call());
      const last = rowsOf([batch]).times.at(-1) ?? 0n;
      if (extent != null) ensure(extent.end > last, `extent ends at ${extent.end}, a row at ${last} was appended`);
      if (rows !== undefined && old.rows !== undefined) ensure(rows === old.rows + batch.numRows, `rows went from ${old.rows} to ${rows}`);
      if (version !== undefined) ensure(version !== old.version, `version ${show(version)} names the data before and after`);
    },
    "refuses rows of another schema": async (context) => {
      const { stream } = await context.openFor("append");
      const { schema } = await stream.describe(context.call());
      if (schema.fields.length < 2) return;
      const batch = batchOf(schemaOf([timeField()]), { time: BigInt64Array.of(2n ** 62n) });
      const error = await rejection("appending rows without their columns", async () => stream.append?.rows(batch, context.call()));
      ensure(isSondeError(error), `${show(error)} is no Sonde error`);
    },
    "keeps annotations": {
      applies: async (context) => (await context.openFor("append")).stream.append?.annotate !== undefined || "append has no `annotate`",
      run: async (context) => {
        const { stream, driver } = await context.openFor("append");
        const note: Metadata = { "sonde-testkit": "noted", ["__proto__"]: "data" };
        await stream.append?.annotate?.(note, context.call());
        const { metadata = {} } = await driver.stream(stream.id, context.call());
        for (const [key, value] of Object.entries(note)) {
          ensure(Object.hasOwn(metadata, key) && equal(metadata[key], value), `metadata has no own '${key}' after annotate()`);
        }
      },
    },
  },
  allOf(streamHas("append"), fixtureGives("append")),
);
