import { arrowType, fieldOf, isSondeError, type Live, type Objects, schemaOf, sondeError, timeField } from "@sonde/core/connector";
import type { RecordBatch } from "../../src/arrow.js";
import type { SuiteName } from "../../src/index.js";
import { changeDescription, changeDriver, changeStream, type LabConnector, type Mutant, rebuilt } from "./mutant.js";

const changeObjects = (change: (objects: Objects) => Partial<Objects>) =>
  changeStream(({ objects }) => ({ objects: { ...objects!, ...change(objects!) } }));
let turn = 0;

const objects: readonly Omit<Mutant, "suite">[] = [
  {
    name: "keys in another order each time",
    rule: "are listed in a stable order, each key once",
    connector: changeObjects((objects) => ({
      async *list(range, call) {
        const all = [];
        for await (const object of objects.list(range, call)) all.push(object);
        yield* turn++ % 2 ? all : all.reverse();
      },
    })),
  },
  {
    name: "an object cut short",
    rule: "have as many bytes as the listing says",
    connector: changeObjects((objects) => ({ get: async (key, call) => (await objects.get(key, call)).subarray(1) })),
  },
  {
    name: "ranges are ignored",
    rule: "are listed by range where they overlap it",
    connector: changeObjects((objects) => ({ list: (_, call) => objects.list(undefined, call) })),
  },
  {
    name: "no bytes of an unknown key",
    rule: "refuse a key that there is not",
    connector: changeObjects((objects) => ({ get: (key, call) => objects.get(key, call).catch(() => new Uint8Array()) })),
  },
];

const collections: readonly Omit<Mutant, "suite">[] = [
  {
    name: "oldest first",
    rule: "are listed newest first, each id once",
    connector: changeDriver(({ collections }) => ({
      collections: {
        async *list(query, call) {
          const all = [];
          for await (const collection of collections!.list(query, call)) all.unshift(collection);
          yield* all;
        },
      },
    })),
  },
  {
    name: "an inclusive end",
    rule: "are listed by a half-open range",
    connector: changeDriver(({ collections }) => ({
      collections: {
        list: ({ range, ...query }, call) =>
          collections!.list({ ...query, ...(range ? { range: { ...range, end: range.end + 1n } } : {}) }, call),
      },
    })),
  },
  {
    name: "contents are ignored",
    rule: "are found by what they hold",
    connector: changeDriver(({ collections }) => ({
      collections: { list: ({ where: _, ...query }, call) => collections!.list(query, call) },
    })),
  },
  {
    name: "ids that no stream knows",
    rule: "lead to their streams",
    connector: changeDriver(({ collections }) => ({
      collections: {
        async *list(query, call) {
          for await (const collection of collections!.list(query, call)) yield { ...collection, id: `run ${collection.id}` };
        },
      },
    })),
  },
];

const append: readonly Omit<Mutant, "suite">[] = [
  {
    name: "rows appended are lost",
    rule: "keeps the rows, and gives them back exactly",
    connector: changeStream(({ append }) => ({ append: { ...append!, async rows() {} } })),
  },
  {
    name: "rows appended twice",
    rule: "keeps the rows, and gives them back exactly",
    connector: changeStream(({ append }) => ({
      append: {
        ...append!,
        async rows(batch, call) {
          await append!.rows(batch, call);
          await append!.rows(batch, call);
        },
      },
    })),
  },
  { name: "a description of before", rule: "is seen by `describe`", connector: changeDescription(() => ({ version: "1" })) },
  {
    name: "rows of any schema are taken",
    rule: "refuses rows of another schema",
    connector: changeStream(({ append }) => ({ append: { ...append!, rows: (batch, call) => append!.rows(batch, call).catch(() => {}) } })),
  },
  {
    name: "annotations are lost",
    rule: "keeps annotations",
    connector: changeStream(({ append }) => ({ append: { ...append!, async annotate() {} } })),
  },
];

const changeCreate = (
  change: (
    create: NonNullable<Parameters<Parameters<typeof changeDriver>[0]>[0]["create"]>,
  ) => NonNullable<Parameters<Parameters<typeof changeDriver>[0]>[0]["create"]>,
): LabConnector => changeDriver(({ create }) => ({ create: change(create!) }));

const create: readonly Omit<Mutant, "suite">[] = [
  {
    name: "a stream that is not kept",
    rule: "makes a stream that is found and listed",
    connector: changeDriver(({ create, client }) => ({
      create: {
        async stream(info, schema, call) {
          const stream = await create!.stream(info, schema, call);
          client.streams.delete(stream.id);
          return stream;
        },
      },
    })),
  },
  {
    name: "a stream of another schema",
    rule: "makes a stream of the schema given, without rows",
    connector: changeCreate((create) => ({
      stream: (info, _, call) => create.stream(info, schemaOf([timeField(), fieldOf("value", arrowType.float32())]), call),
    })),
  },
  {
    name: "floats stored as 32 bits",
    rule: "makes a stream that can be written",
    connector: changeStream(({ append }) => ({
      append: {
        rows: (batch, call) =>
          append!.rows(rebuilt(batch, { cell: (column, value) => (column === "value" ? Math.fround(Number(value)) : value) }), call),
      },
    })),
  },
];

const changeFollow = (
  change: (
    follow: (...args: Parameters<Live["follow"]>) => AsyncIterable<RecordBatch>,
    ...args: Parameters<Live["follow"]>
  ) => AsyncIterable<RecordBatch>,
) => changeStream(({ live }) => ({ live: { follow: (query, call) => change((query, call) => live!.follow(query, call), query, call) } }));

const live: readonly Omit<Mutant, "suite">[] = [
  {
    name: "empty batches as a sign of life",
    rule: "brings every new row, in batches that are never empty",
    connector: changeFollow(async function* (follow, query, call) {
      for await (const batch of follow(query, call)) yield* [batch.slice(0, 0), batch];
    }),
  },
  {
    name: "new rows are lost",
    rule: "brings every new row, in batches that are never empty",
    connector: changeFollow(async function* (follow, query, call) {
      for await (const batch of follow(query, call)) return yield batch;
    }),
  },
  {
    name: "newest first inside a batch",
    rule: "ascends in time inside each batch",
    connector: changeFollow(async function* (follow, query, call) {
      for await (const batch of follow(query, call)) yield rebuilt(batch, { order: (rows) => rows.reverse() });
    }),
  },
  {
    name: "projections are ignored",
    rule: "gives the described schema, projected",
    connector: changeFollow((follow, { columns: _, ...query }, call) => follow(query, call)),
  },
  {
    name: "everything since the beginning",
    rule: "goes on from an instant, with what is stored since",
    connector: changeFollow((follow, { from: _, ...query }, call) => follow({ ...query, from: 0n }, call)),
  },
  {
    name: "a follower that looks at its signal now and then",
    rule: "stops within 50 ms of an abort while it waits",
    connector: changeFollow(async function* (follow, query, call) {
      try {
        yield* follow(query, call);
      } catch (error) {
        if (call.signal.aborted) await new Promise((resolve) => setTimeout(resolve, 150));
        throw error;
      }
    }),
  },
  {
    name: "a flood is a limit",
    rule: "ends in `overrun` where its reader is too slow, and says where to go on",
    connector: changeFollow(async function* (follow, query, call) {
      try {
        yield* follow(query, call);
      } catch (error) {
        if (!isSondeError(error, "overrun")) throw error;
        throw sondeError("limit", "too many batches", { what: "batches", asked: 9, allowed: 8 });
      }
    }),
  },
  {
    name: "a flood without a place to go on",
    rule: "ends in `overrun` where its reader is too slow, and says where to go on",
    connector: changeFollow(async function* (follow, query, call) {
      try {
        yield* follow(query, call);
      } catch (error) {
        if (!isSondeError(error, "overrun")) throw error;
        throw sondeError("overrun", "too slow", {});
      }
    }),
  },
];

const suites: Partial<Record<SuiteName, readonly Omit<Mutant, "suite">[]>> = { objects, collections, append, create, live };

export const storageMutants: readonly Mutant[] = Object.entries(suites).flatMap(([suite, mutants]) =>
  mutants.map((mutant) => ({ ...mutant, suite: suite as SuiteName })),
);
