import { arrowType, batchOf, fieldOf, type StreamDriver, schemaOf, schemaText, timeField } from "@sonde/core/connector";
import type { Context } from "../context.js";
import { ensure } from "../ensure.js";
import { ensureSameRows, gather, readRows, rowsOf } from "../rows.js";
import { allOf, driverHas, fixtureGives, suite } from "../rule.js";

const schema = schemaOf([timeField(), fieldOf("value", arrowType.float64())]);

async function created(context: Context): Promise<StreamDriver> {
  const { driver } = await context.open();
  const { name = "sonde-testkit", collection } = context.fixture.create ?? {};
  ensure(driver.create, "the driver has no `create`");
  return driver.create.stream({ name, ...(collection === undefined ? {} : { collection }) }, schema, context.call());
}

export const create = suite(
  "create",
  {
    "makes a stream that is found and listed": async (context) => {
      const stream = await created(context);
      const { driver } = await context.open();
      const found = await driver.stream(stream.id, context.call());
      ensure(found.name === stream.name, `stream('${stream.id}') is called '${found.name}', not '${stream.name}'`);
      const ids = (await gather(driver.streams({ name: stream.name }, context.call()))).map(({ id }) => id);
      ensure(ids.includes(stream.id), `'${stream.id}' is not listed`);
    },
    "makes a stream of the schema given, without rows": async (context) => {
      const description = await (await created(context)).describe(context.call());
      const [got, wanted] = [schemaText(description.schema), schemaText(schema)];
      ensure(got === wanted, `describe() says ${got} instead of ${wanted}`);
      ensure(description.extent == null, "a new stream has an extent: null says that there are no rows");
    },
    "makes a stream that can be written": async (context) => {
      const stream = await created(context);
      if (stream.append === undefined) return;
      // Finite numbers: some archives keep no NaN.
      const batch = batchOf(schema, { time: BigInt64Array.of(1n, 1_500_000_000_000_000_001n), value: Float64Array.of(0.1, -0.25) });
      await stream.append.rows(batch, context.call());
      ensureSameRows(await readRows(stream.read({}, context.call())), rowsOf([batch]), "the new stream's rows");
    },
  },
  allOf(driverHas("create"), fixtureGives("create")),
);
