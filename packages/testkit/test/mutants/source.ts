import type { StreamDriver } from "@sonde/core/connector";
import { sondeError } from "@sonde/core/connector";
import { lab, labPassword } from "../lab/lab.js";
import { changeConnector, changeDriver, changeStream, type Mutant } from "./mutant.js";

let turn = 0;
let closed = false;

const lifecycle: readonly Omit<Mutant, "suite">[] = [
  { name: "an id in another case", rule: "names its contract and itself", connector: changeConnector({ id: "Lab_1" }) },
  {
    name: "a scheme with a colon",
    rule: "says which addresses it takes",
    connector: changeConnector({ address: { schemes: ["lab:"], toOptions: () => undefined } }),
  },
  {
    name: "an address that takes every URL",
    rule: "says which addresses it takes",
    connector: changeConnector({ address: { schemes: ["lab"], toOptions: () => ({}) as never } }),
  },
  {
    name: "a schema that takes anything",
    rule: "refuses invalid options with issues",
    connector: changeConnector({
      options: { "~standard": { version: 1, vendor: "test", validate: (value) => ({ value: value as never }) } },
    }),
  },
  {
    name: "close twice throws",
    rule: "connects, and closes twice",
    connector: changeDriver(() => {
      let open = true;
      return {
        async close() {
          if (!open) throw new Error("already closed");
          open = false;
        },
      };
    }),
  },
  {
    name: "close refuses while a read is under way",
    rule: "closes while calls are under way",
    connector: changeDriver(({ client }) => ({
      async close() {
        if (client.open > 0) throw new Error("busy");
      },
    })),
  },
  {
    name: "a closed read ends quietly",
    rule: "ends iterators under way with `closed`",
    connector: changeStream((stream) => ({
      async *read(query, call) {
        try {
          yield* stream.read(query, call);
        } catch (error) {
          if (!call.signal.aborted) throw error;
        }
      },
    })),
  },
  {
    name: "iterators survive close",
    rule: "ends iterators under way with `closed`",
    connector: changeStream((stream) => ({ read: (query, call) => stream.read(query, { ...call, signal: new AbortController().signal }) })),
  },
  {
    name: "one listing at a time",
    rule: "answers concurrent calls as it does one by one",
    connector: changeDriver((driver) => {
      let busy = false;
      return {
        async *streams(query, call) {
          if (busy) return;
          busy = true;
          try {
            yield* driver.streams(query, call);
          } finally {
            busy = false;
          }
        },
      };
    }),
  },
  {
    name: "all connections close together",
    rule: "keeps one connection open when another closes",
    connector: changeDriver((driver) => {
      closed = false;
      return {
        stream(id, call) {
          if (closed) throw sondeError("closed", "the lab is closed", {});
          return driver.stream(id, call);
        },
        async close() {
          closed = true;
        },
      };
    }),
  },
];

/** Changes what is listed, not what is found by id. */
const changeListing = (change: (streams: StreamDriver[], query: { collection?: string; name?: string }) => StreamDriver[]) =>
  changeDriver((driver) => ({
    async *streams(query, call) {
      const all: StreamDriver[] = [];
      for await (const stream of driver.streams({}, call)) all.push(stream);
      yield* change(all, query);
    },
  }));

const matching = (streams: StreamDriver[], { collection, name }: { collection?: string; name?: string }) =>
  streams.filter(
    (stream) =>
      (name === undefined || stream.name === name) &&
      (collection === undefined ||
        (collection.endsWith("/") ? stream.collection?.startsWith(collection) : stream.collection === collection)),
  );

const unknownId = (change: (id: string) => StreamDriver) =>
  changeDriver((driver) => ({
    stream: (id, call) => (id.startsWith("sonde-testkit") ? Promise.resolve().then(() => change(id)) : driver.stream(id, call)),
  }));

const streams: readonly Omit<Mutant, "suite">[] = [
  { name: "each stream twice", rule: "lists the fixture's stream, each id once", connector: changeListing((all) => [...all, ...all]) },
  {
    name: "another order each time",
    rule: "lists in a stable order",
    connector: changeListing((all) => (turn++ % 2 ? all : all.reverse())),
  },
  {
    name: "ids that number the connection",
    rule: "gives the same ids over another connection",
    connector: changeDriver((driver) => {
      const connection = turn++;
      return {
        async *streams(query, call) {
          for await (const stream of driver.streams(query, call)) yield { ...stream, id: `${connection}:${stream.id}` };
        },
      };
    }),
  },
  {
    name: "a listing that begins before it is pulled",
    rule: "lists lazily",
    connector: changeDriver((driver) => ({
      streams(query, call) {
        driver.client.requests.push({ target: "streams", signal: call.signal });
        return driver.streams(query, call);
      },
    })),
  },
  {
    name: "listed handles without their capabilities",
    rule: "finds each listed stream by its id",
    connector: changeListing((all) => all.map(({ windows: _, ...stream }) => stream)),
  },
  {
    name: "ids that do not round-trip",
    rule: "finds each listed stream by its id",
    connector: changeListing((all) => all.map((stream) => ({ ...stream, id: encodeURIComponent(stream.id) }))),
  },
  {
    name: "a collection finds all that begin so",
    rule: "finds a collection exactly",
    connector: changeListing((all, { collection = "", name }) =>
      matching(all, name === undefined ? {} : { name }).filter((stream) => stream.collection?.startsWith(collection)),
    ),
  },
  {
    name: "prefixes are taken for names",
    rule: 'finds collections by a prefix that ends in "/"',
    connector: changeListing((all, { collection }) => all.filter((stream) => collection === undefined || stream.collection === collection)),
  },
  { name: "names are ignored", rule: "finds a name", connector: changeListing((all, { name: _, ...query }) => matching(all, query)) },
  {
    name: "all where nothing matches",
    rule: "finds nothing where no stream matches",
    connector: changeListing((all, query) => (matching(all, query).length ? matching(all, query) : all)),
  },
  {
    name: "an unknown id is undefined",
    rule: "rejects an unknown id as `not-found` and names it",
    connector: unknownId(() => undefined as never),
  },
  {
    name: "an unknown id is a plain Error",
    rule: "rejects an unknown id as `not-found` and names it",
    connector: unknownId((id) => {
      throw new Error(`no stream '${id}'`);
    }),
  },
  {
    name: "an unknown id has another code",
    rule: "rejects an unknown id as `not-found` and names it",
    connector: unknownId((id) => {
      throw sondeError("connection", `status 404 for '${id}'`, { status: 404, retryable: false });
    }),
  },
  {
    name: "an unknown id is not named",
    rule: "rejects an unknown id as `not-found` and names it",
    connector: unknownId((id) => {
      throw sondeError("not-found", "no such stream", { id });
    }),
  },
  {
    name: "a listing that knows too many rows",
    rule: "knows in a listing what `describe` says",
    connector: changeListing((all) => all.map((stream) => ({ ...stream, known: { rows: 7 } }))),
  },
];

const errors: readonly Omit<Mutant, "suite">[] = [
  {
    name: "wrong credentials as a connection error",
    rule: "rejects wrong credentials as `auth`",
    connector: changeConnector({
      async connect(options, call) {
        if (options.password !== labPassword) throw sondeError("connection", "status 401", { status: 401, retryable: false });
        return lab.connect(options, call);
      },
    }),
  },
  {
    name: "a dead archive is given up",
    rule: "rejects a dead archive as `connection`, retryable",
    connector: changeConnector({
      async connect(options, call) {
        if (options.dead) throw sondeError("connection", "the lab does not answer", { retryable: false });
        return lab.connect(options, call);
      },
    }),
  },
  {
    name: "a password in a message",
    rule: "keeps secrets out of errors",
    connector: changeDriver((driver, { password }) => ({
      stream: (id, call) =>
        driver.stream(id, call).catch((cause: unknown) => {
          throw sondeError("not-found", `no stream '${id}'`, { id, cause: new Error(`lab://me:${password}@host`, { cause }) });
        }),
    })),
  },
];

const hostility: readonly Omit<Mutant, "suite">[] = [
  {
    name: "handles kept in an object",
    rule: "finds no stream by a name that every object has, nor outside",
    connector: changeDriver((driver) => {
      const cache: Record<string, StreamDriver> = {};
      return { stream: async (id, call) => cache[id] ?? (cache[id] = await driver.stream(id, call)) };
    }),
  },
  {
    name: "collections kept in an object",
    rule: "finds no collection by such a name",
    connector: changeListing((all, { collection = "", name }) =>
      collection in {} ? all : matching(all, { ...(collection ? { collection } : {}), ...(name === undefined ? {} : { name }) }),
    ),
  },
];

const metadata: readonly Omit<Mutant, "suite">[] = [
  {
    name: "a Date in info",
    rule: "is JSON, in `info` and in streams",
    connector: changeDriver(() => ({ info: { since: new Date() as never } })),
  },
  {
    name: "NaN in metadata",
    rule: "is JSON, in `info` and in streams",
    connector: changeStream(() => ({ metadata: { gain: Number.NaN } })),
  },
  {
    name: "undefined in a collection's metadata",
    rule: "is JSON in collections",
    connector: changeDriver((driver) => ({
      collections: {
        async *list(query, call) {
          for await (const collection of driver.collections!.list(query, call))
            yield { ...collection, metadata: { scan: { plan: undefined as never } } };
        },
      },
    })),
  },
  {
    name: "the password in info",
    rule: "holds no secret",
    connector: changeDriver((_, { password }) => ({ info: { url: `lab://me:${password}@host` } })),
  },
];

export const sourceMutants: readonly Mutant[] = [
  ...lifecycle.map((mutant) => ({ ...mutant, suite: "lifecycle" as const })),
  ...streams.map((mutant) => ({ ...mutant, suite: "streams" as const })),
  ...errors.map((mutant) => ({ ...mutant, suite: "errors" as const })),
  ...hostility.map((mutant) => ({ ...mutant, suite: "hostility" as const })),
  ...metadata.map((mutant) => ({ ...mutant, suite: "metadata" as const })),
];
