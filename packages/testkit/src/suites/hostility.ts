import { isSondeError } from "@sonde/core/connector";
import { ensure, rejection, rejects, show } from "../ensure.js";
import { gather, readRows } from "../rows.js";
import { fixtureGives, suite } from "../rule.js";

/** Names that every object has, and ones that leave a folder. */
const names = ["__proto__", "constructor", "toString", "hasOwnProperty", "", "..", "../../../../etc/passwd", "\u0000", "%00", "%2e%2e%2f"];

export const hostility = suite("hostility", {
  "finds no stream by a name that every object has, nor outside": async (context) => {
    const { driver } = await context.open();
    const listed = new Set((await gather(driver.streams({}, context.call()), 1000)).map(({ id }) => id));
    for (const id of names)
      if (!listed.has(id)) await rejects("not-found", `stream(${JSON.stringify(id)})`, () => driver.stream(id, context.call()));
  },
  "reads no column by a name that every object has": async (context) => {
    const { stream, range } = await context.open();
    const { schema } = await stream.describe(context.call());
    for (const column of names.slice(0, 5)) {
      if (schema.fields.some(({ name }) => name === column)) continue;
      const error = await rejection(`reading column ${JSON.stringify(column)}`, () =>
        readRows(stream.read({ ...(range ? { range } : {}), columns: [column] }, context.call())),
      );
      ensure(isSondeError(error), `column ${JSON.stringify(column)}: ${show(error)} is no Sonde error`);
    }
  },
  "finds no collection by such a name": async (context) => {
    const { driver } = await context.open();
    for (const collection of ["__proto__", "constructor", "../"]) {
      for (const found of await gather(driver.streams({ collection }, context.call()), 10)) {
        const matches = collection.endsWith("/") ? found.collection?.startsWith(collection) : found.collection === collection;
        ensure(matches, `collection ${JSON.stringify(collection)} gave '${found.id}' of ${show(found.collection)}`);
      }
    }
  },
  "leaves the prototypes of the language alone": async (context) => {
    const count = () => [Object, Array, Function, String, Promise].map(({ prototype }) => Reflect.ownKeys(prototype).length).join();
    const before = count();
    const { driver, stream, range } = await context.open();
    await gather(driver.streams({}, context.call()), 1000);
    await stream.describe(context.call());
    await gather(stream.read(range ? { range } : {}, context.call()));
    const { hostile } = context.fixture;
    if (hostile) {
      const other = hostile.options === undefined ? driver : await context.connect(hostile.options);
      await gather((await other.stream(hostile.stream, context.call())).read({}, context.call()));
    }
    ensure(count() === before, "reading changed a prototype of the language");
  },
  "keeps `__proto__` as data": {
    applies: fixtureGives("hostile"),
    run: async (context) => {
      const { options, stream: id = "", column, metadata } = context.fixture.hostile ?? {};
      const driver = options === undefined ? (await context.open()).driver : await context.connect(options);
      const stream = await driver.stream(id, context.call());
      ensure(stream.id === id, `stream('${id}') is '${stream.id}'`);
      const rows = await readRows(stream.read({}, context.call()));
      if (column !== undefined) ensure(rows.columns.get(column)?.length === rows.times.length, `column '${column}' is lost`);
      if (metadata !== undefined)
        ensure(Object.hasOwn(stream.metadata ?? {}, metadata), `metadata has no own key '${metadata}': build it with Object.fromEntries`);
    },
  },
});
