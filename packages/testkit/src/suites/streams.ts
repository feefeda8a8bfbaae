import type { StreamDriver, StreamQuery } from "@sonde/core/connector";
import { schemaText } from "@sonde/core/connector";
import type { Context } from "../context.js";
import { ensure, rejects, show } from "../ensure.js";
import { equal } from "../equal.js";
import { gather } from "../rows.js";
import { suite } from "../rule.js";

/** So many streams of a big archive are looked at. */
const most = 1000;

const members = ["decode", "windows", "overview", "newest", "arrays", "objects", "versions", "live", "append"] as const;

async function list(context: Context, query: StreamQuery = {}): Promise<StreamDriver[]> {
  const { driver } = await context.open();
  return gather(driver.streams(query, context.call()), most);
}

async function ensureFilter(context: Context, query: StreamQuery, keep: (stream: StreamDriver) => boolean): Promise<void> {
  const all = await list(context);
  if (all.length === most) return;
  const wanted = all.filter(keep).map(({ id }) => id);
  const got = (await list(context, query)).map(({ id }) => id);
  ensure(equal(got, wanted), () => `streams(${JSON.stringify(query)}) gave ${show(got)} instead of ${show(wanted)}`);
}

/** The fixture's stream first: it is the one that must be found. */
async function withCollection(context: Context): Promise<string> {
  const streams = [(await context.open()).stream, ...(await list(context))];
  return streams.find(({ collection }) => collection !== undefined)?.collection ?? "";
}

const hasCollections = async (context: Context) => (await withCollection(context)) !== "" || "no stream has a collection";

export const streams = suite("streams", {
  "lists the fixture's stream, each id once": async (context) => {
    const ids = (await list(context)).map(({ id }) => id);
    ensure(ids.length === most || ids.includes(context.fixture.stream.id), `'${context.fixture.stream.id}' is not among ${show(ids)}`);
    ensure(new Set(ids).size === ids.length, "an id is listed twice");
    ensure(
      ids.every((id) => typeof id === "string" && id !== ""),
      "an id is not text, or empty",
    );
  },
  "lists in a stable order": async (context) => {
    const [one, two] = [await list(context), await list(context)];
    ensure(
      equal(
        one.map(({ id }) => id),
        two.map(({ id }) => id),
      ),
      "the second listing is in another order",
    );
  },
  "gives the same ids over another connection": async (context) => {
    const one = await list(context);
    const other = await context.connect();
    const two = await gather(other.streams({}, context.call()), most);
    ensure(
      equal(
        one.map(({ id }) => id),
        two.map(({ id }) => id),
      ),
      "ids differ between connections",
    );
  },
  "lists lazily": {
    applies: (context) => context.requests() !== undefined || "the fixture gives no `requests`",
    run: async (context) => {
      const { driver } = await context.open();
      const before = context.requests();
      driver.streams({}, context.call());
      await Promise.resolve();
      ensure(context.requests() === before, "streams() makes requests before anybody pulls");
    },
  },
  "finds each listed stream by its id": async (context) => {
    const { driver } = await context.open();
    for (const listed of (await list(context)).slice(0, 20)) {
      const found = await driver.stream(listed.id, context.call());
      for (const key of ["id", "name", "collection"] as const) {
        ensure(found[key] === listed[key], `stream('${listed.id}') has ${key} ${show(found[key])}, listed ${show(listed[key])}`);
      }
      if (listed.kind !== undefined && found.kind !== undefined)
        ensure(found.kind === listed.kind, `kind of '${listed.id}' differs from the listing`);
      for (const member of members) {
        const same = (found[member] === undefined) === (listed[member] === undefined);
        ensure(same, `'${listed.id}' has '${member}' either in the listing or by id, not in both`);
      }
    }
  },
  "finds a collection exactly": {
    applies: hasCollections,
    run: async (context) => {
      const collection = await withCollection(context);
      await ensureFilter(context, { collection }, (stream) => stream.collection === collection);
      // A part of a name is another name; one that ends in "/" would be a prefix.
      const part = collection.slice(0, -1);
      const other = part === "" || part.endsWith("/") ? `${collection}-` : part;
      await ensureFilter(context, { collection: other }, (stream) => stream.collection === other);
    },
  },
  'finds collections by a prefix that ends in "/"': {
    applies: hasCollections,
    run: async (context) => {
      const collection = await withCollection(context);
      const prefix = `${collection.split("/")[0]}/`;
      await ensureFilter(context, { collection: prefix }, (stream) => stream.collection?.startsWith(prefix) ?? false);
    },
  },
  "finds a name": async (context) => {
    const { name } = (await context.open()).stream;
    await ensureFilter(context, { name }, (stream) => stream.name === name);
  },
  "finds nothing where no stream matches": async (context) => {
    const missing = "sonde-testkit-no-such";
    for (const query of [{ name: missing }, { collection: missing }, { collection: `${missing}/` }]) {
      const found = await list(context, query);
      ensure(found.length === 0, `streams(${JSON.stringify(query)}) gave ${found.length} streams`);
    }
  },
  "rejects an unknown id as `not-found` and names it": async (context) => {
    const { driver } = await context.open();
    const id = "sonde-testkit-no-such-stream";
    const error = await rejects("not-found", `stream('${id}')`, () => driver.stream(id, context.call()));
    ensure(error.id === id, `the error has id ${show(error.id)} instead of '${id}'`);
    ensure(error.message.includes(id), `the message does not name '${id}': ${error.message}`);
  },
  "knows in a listing what `describe` says": async (context) => {
    const { fixture } = context;
    const listed = (await list(context)).find(({ id }) => id === fixture.stream.id);
    if (listed?.known === undefined) return;
    const description = await listed.describe(context.call());
    const { schema, ...known } = listed.known;
    if (schema) ensure(schemaText(schema) === schemaText(description.schema), "known.schema differs from describe()");
    for (const [key, value] of Object.entries(known)) {
      const said = description[key as keyof typeof known];
      ensure(equal(value, said), `known.${key} is ${show(value)}, describe() says ${show(said)}`);
    }
  },
});
