import {
  type Arrays,
  arrowType,
  fieldOf,
  isSondeError,
  type Live,
  type NdArray,
  type Newest,
  type Objects,
  type Overview,
  schemaOf,
  sondeError,
  timeField,
  timesOf,
  type Windows,
} from "@sonde/core/connector";
import type { RecordBatch } from "../../src/arrow.js";
import type { SuiteName } from "../../src/index.js";
import { changeDescription, changeDriver, changeStream, type LabConnector, type Mutant, rebuilt } from "./mutant.js";

type Read<T> = T extends { read(query: infer Query, call: infer C): infer Result } ? (query: Query, call: C) => Result : never;

const changeWindows = (
  change: (read: Read<Windows>, ...args: Parameters<Read<Windows>>) => ReturnType<Read<Windows>>,
  more: Partial<Windows> = {},
) =>
  changeStream(({ windows }) => ({
    windows: { ...windows!, ...more, read: (query, call) => change((query, call) => windows!.read(query, call), query, call) },
  }));

const windowCells = (cell: (column: string, value: unknown) => unknown) =>
  changeWindows(async function* (read, query, call) {
    for await (const batch of read(query, call)) yield rebuilt(batch, { cell });
  });

const windows: readonly Omit<Mutant, "suite">[] = [
  {
    name: "a statistic that there is not",
    rule: "declares known statistics and widths",
    connector: changeWindows((read, ...args) => read(...args), { statistics: ["average" as never] }),
  },
  {
    name: "widths as numbers",
    rule: "declares known statistics and widths",
    connector: changeWindows((read, ...args) => read(...args), { widths: [1000 as never] }),
  },
  {
    name: "windows from where the rows begin",
    rule: "stand at multiples of their width, in the range, ascending",
    connector: windowCells((column, value) => (column === "time" ? (value as bigint) + 1n : value)),
  },
  {
    name: "newest windows first",
    rule: "stand at multiples of their width, in the range, ascending",
    connector: changeWindows(async function* (read, query, call) {
      for await (const batch of read(query, call)) yield rebuilt(batch, { order: (rows) => rows.reverse() });
    }),
  },
  {
    name: "a window more than asked",
    rule: "stand at multiples of their width, in the range, ascending",
    connector: changeWindows(async function* (read, query, call) {
      for await (const batch of read(query, call)) {
        yield batch;
        yield rebuilt(batch.slice(batch.numRows - 1), { cell: (column, value) => (column === "time" ? query.range.end : value) });
      }
    }),
  },
  {
    name: "empty windows included",
    rule: "leave out empty ones, and no other",
    connector: changeWindows(async function* (read, query, call) {
      for await (const batch of read(query, call)) {
        const before = timesOf(batch)[0]! - query.width;
        yield rebuilt(batch.slice(0, 1), { cell: (column, value) => (column === "time" ? before : value) });
        yield batch;
      }
    }),
  },
  {
    name: "no partial windows at the edges",
    rule: "leave out empty ones, and no other",
    connector: changeWindows(async function* (read, query, call) {
      for await (const batch of read(query, call)) yield batch.slice(1);
    }),
  },
  {
    name: "an empty batch of windows",
    rule: "come as batches that are never empty, `time` first",
    connector: changeWindows(async function* (read, query, call) {
      for await (const batch of read(query, call)) yield* [batch.slice(0, 0), batch];
    }),
  },
  {
    name: "all statistics always",
    rule: "give just the statistics asked for, by name and metadata",
    connector: changeWindows((read, query, call) => read({ ...query, statistics: ["min", "max", "mean"] }, call)),
  },
  {
    name: "statistics without their metadata",
    rule: "give just the statistics asked for, by name and metadata",
    connector: changeWindows(async function* (read, query, call) {
      for await (const batch of read(query, call)) {
        const schema = schemaOf(
          batch.schema.fields.map((field) => (field.name === "time" ? field : fieldOf(field.name, field.type, {}, true))),
        );
        yield rebuilt(batch, { schema });
      }
    }),
  },
  {
    name: "the population's deviation",
    rule: "equal what one computes from the rows",
    connector: changeWindows(async function* (read, query, call) {
      for await (const batch of read(query, call)) {
        const counts = batch.getChild("count_raw")!;
        let row = 0;
        yield rebuilt(batch, {
          cell: (column, value) => {
            if (column !== "stddev_raw") return value;
            const count = Number(counts.get(row++));
            return value === null ? 0 : (value as number) * Math.sqrt((count - 1) / count);
          },
        });
      }
    }),
  },
  {
    name: "raw numbers instead of physical ones",
    rule: "equal what one computes from the rows",
    connector: windowCells((column, value) => (column === "mean_raw" ? ((value as number) - 1) / 0.5 : value)),
  },
  {
    name: "nulls that count",
    rule: "equal what one computes from the rows",
    connector: windowCells((column, value) => (column === "count_value" ? Number(value) + 1 : value)),
  },
];
const changeOverview = (change: (read: Read<Overview>, ...args: Parameters<Read<Overview>>) => ReturnType<Read<Overview>>) =>
  changeStream(({ overview }) => ({
    overview: { read: (query, call) => change((query, call) => overview!.read(query, call), query, call) },
  }));

const overview: readonly Omit<Mutant, "suite">[] = [
  {
    name: "levels are ignored",
    rule: "thins the rows, the more the higher the level",
    connector: changeOverview((read, query, call) => read({ ...query, level: 0 }, call)),
  },
  {
    name: "levels the wrong way",
    rule: "thins the rows, the more the higher the level",
    connector: changeOverview((read, query, call) => read({ ...query, level: 8 - query.level }, call)),
  },
  {
    name: "ranges are ignored",
    rule: "keeps to its range, ascending, in batches with rows",
    connector: changeOverview((read, { range: _, ...query }, call) => read(query, call)),
  },
  {
    name: "projections are ignored",
    rule: "projects to `time` and the columns asked for",
    connector: changeOverview((read, { columns: _, ...query }, call) => read(query, call)),
  },
];

const changeNewest = (change: (read: Read<Newest>, ...args: Parameters<Read<Newest>>) => ReturnType<Read<Newest>>) =>
  changeStream(({ newest }) => ({ newest: { read: (query, call) => change((query, call) => newest!.read(query, call), query, call) } }));

const newest: readonly Omit<Mutant, "suite">[] = [
  {
    name: "newest first",
    rule: "gives the last rows, ascending",
    connector: changeNewest(async function* (read, query, call) {
      for await (const batch of read(query, call)) yield rebuilt(batch, { order: (rows) => rows.reverse() });
    }),
  },
  {
    name: "the oldest instead",
    rule: "gives the last rows, ascending",
    connector: changeNewest(async function* (read, query, call) {
      for await (const batch of read({ ...query, rows: 2000 }, call)) yield batch.slice(0, query.rows);
    }),
  },
  {
    name: "nothing where there are not so many",
    rule: "gives all where there are not so many",
    connector: changeNewest(async function* (read, query, call) {
      if (query.rows <= 1010) yield* read(query, call);
    }),
  },
  {
    name: "an empty batch of newest rows",
    rule: "gives the described schema, and no empty batch",
    connector: changeNewest(async function* (read, query, call) {
      for await (const batch of read(query, call)) yield* [batch, batch.slice(0, 0)];
    }),
  },
  {
    name: "projections are ignored",
    rule: "projects to `time` and the columns asked for",
    connector: changeNewest((read, { columns: _, ...query }, call) => read(query, call)),
  },
  {
    name: "0 is all",
    rule: "gives nothing for no rows",
    connector: changeNewest((read, query, call) => read({ ...query, rows: query.rows || 100 }, call)),
  },
];

const changeArrays = (change: (read: Read<Arrays>, ...args: Parameters<Read<Arrays>>) => ReturnType<Read<Arrays>>) =>
  changeStream(({ arrays }) =>
    arrays ? { arrays: { read: (query, call) => change((query, call) => arrays.read(query, call), query, call) } } : {},
  );
const eachArray = (change: (array: NdArray) => NdArray) =>
  changeArrays(async function* (read, query, call) {
    for await (const array of read(query, call)) yield change(array);
  });

const arrays: readonly Omit<Mutant, "suite">[] = [
  {
    name: "a shape without channels",
    rule: "have the shape of their data",
    connector: eachArray((array) => ({ ...array, shape: array.shape.slice(0, 2) })),
  },
  {
    name: "refs of its own",
    rule: "are named by the rows, and lie at their times",
    connector: eachArray((array) => ({ ...array, ref: `${array.ref}.tiff` })),
  },
  {
    name: "times of its own",
    rule: "are named by the rows, and lie at their times",
    connector: eachArray((array) => ({ ...array, time: array.time + 1n })),
  },
  {
    name: "an inclusive end",
    rule: "come in time order, inside the half-open range",
    connector: changeArrays((read, { range, ...query }, call) =>
      read({ ...query, ...(range ? { range: { start: range.start, end: range.end + 1n } } : {}) }, call),
    ),
  },
  {
    name: "refs in time order",
    rule: "come back by `refs`, exactly these in this order",
    connector: changeArrays((read, { refs, ...query }, call) => read({ ...query, ...(refs ? { refs: [...refs].sort() } : {}) }, call)),
  },
  {
    name: "unknown refs are left out",
    rule: "refuse a ref that there is not",
    connector: changeArrays((read, { refs, ...query }, call) =>
      read({ ...query, ...(refs ? { refs: refs.filter((ref) => ref.startsWith("image")) } : {}) }, call),
    ),
  },
  {
    name: "slices are ignored",
    rule: "are cut by half-open slices",
    connector: changeArrays((read, { slice: _, ...query }, call) => read(query, call)),
  },
  {
    name: "slices with an inclusive end",
    rule: "are cut by half-open slices",
    connector: changeArrays((read, { slice, ...query }, call) =>
      read({ ...query, ...(slice ? { slice: slice.map(([start, end]) => [start, end + (start ? 1 : 0)] as const) } : {}) }, call),
    ),
  },
  {
    name: "a level that is only said",
    rule: "say which level they are of, and halve their sides",
    connector: changeArrays(async function* (read, { level = 0, ...query }, call) {
      for await (const array of read(query, call)) yield { ...array, level };
    }),
  },
];

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
          append!.rows(rebuilt(batch, { cell: (column, value) => (column === "value" && Number.isNaN(value) ? 0 : value) }), call),
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

const suites: Partial<Record<SuiteName, readonly Omit<Mutant, "suite">[]>> = {
  windows,
  overview,
  newest,
  arrays,
  objects,
  collections,
  append,
  create,
  live,
};

export const capabilityMutants: readonly Mutant[] = Object.entries(suites).flatMap(([suite, mutants]) =>
  mutants.map((mutant) => ({ ...mutant, suite: suite as SuiteName })),
);
