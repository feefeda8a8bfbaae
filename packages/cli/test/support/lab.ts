import { type Connector, type Description, type Driver, defineConnector, type StreamDriver, sondeError } from "@sonde/core";
import {
  arrowType,
  batchOf,
  fieldOf,
  projectSchema,
  type RecordBatch,
  type Schema,
  schemaOf,
  sliceTime,
  timeField,
} from "@sonde/core/connector";

/** The first row of every stream: 2020-09-13T12:26:40.000000001Z. */
export const origin = 1_600_000_000_000_000_001n;
export const step = 1_000_000n;
const batchRows = 100;

const numbersSchema = schemaOf([
  timeField(),
  fieldOf("value", arrowType.float64(), { unit: "V", role: "quantity", description: "What the probe feels" }),
  fieldOf("count", arrowType.int64()),
  fieldOf("note", arrowType.utf8(), {}, true),
]);
const notesSchema = schemaOf([timeField(), fieldOf("value", arrowType.utf8(), { encoding: "json", role: "document" })]);

function numbers(from: number, to: number): RecordBatch {
  const indices = Array.from({ length: to - from }, (_, k) => from + k);
  return batchOf(numbersSchema, {
    time: BigInt64Array.from(indices, (k) => origin + BigInt(k) * step),
    value: Float64Array.from(indices, (k) => k / 2),
    count: BigInt64Array.from(indices, (k) => 2n ** 60n + BigInt(k)),
    note: indices.map((k) => (k % 2 === 0 ? `row ${k}` : null)),
  });
}

function notes(texts: readonly string[]): RecordBatch {
  return batchOf(notesSchema, { time: BigInt64Array.from(texts, (_, k) => origin + BigInt(k) * step), value: [...texts] });
}

type Options = { readonly total?: number; readonly more?: (batch: number, signal: AbortSignal) => Promise<void> | void };

function series(id: string, { total = 1000, more }: Options = {}): StreamDriver {
  const last = origin + BigInt(total - 1) * step;
  const known: Description = {
    kind: "series",
    schema: numbersSchema,
    extent: total === 0 ? null : { start: origin, end: last + 1n },
    rows: total,
    clock: { origin, ticks: 1000n, per: 1_000_000_000n },
    accuracy: 1000n,
  };
  return {
    id,
    name: id,
    kind: "series",
    metadata: { place: "bench", limit: 2n ** 60n, nested: { deep: [1, 2] } },
    describe: async () => known,
    async *read({ range, columns }, { signal }) {
      for (let from = 0; from < total; from += batchRows) {
        await more?.(from / batchRows, signal);
        const whole = numbers(from, Math.min(total, from + batchRows));
        yield* selected(range === undefined ? whole : sliceTime(whole, range), numbersSchema, columns);
      }
    },
  };
}

function* selected(batch: RecordBatch, schema: Schema, columns: readonly string[] | undefined): Generator<RecordBatch> {
  if (batch.numRows === 0) return;
  yield columns === undefined ? batch : batch.select(projectSchema(schema, columns).fields.map(({ name }) => name) as never[]);
}

function documents(id: string, texts: readonly string[]): StreamDriver {
  return {
    id,
    name: id,
    describe: async () => ({ kind: "events", schema: notesSchema }),
    async *read({ columns }) {
      yield* selected(notes(texts), notesSchema, columns);
    },
    decode: (_field, cell) => {
      try {
        return JSON.parse(String(cell));
      } catch (cause) {
        throw sondeError("format", "a cell is not JSON", { cause });
      }
    },
  };
}

const untilAborted = (signal: AbortSignal) =>
  new Promise<never>((_, reject) => signal.addEventListener("abort", () => reject(signal.reason), { once: true }));

const streams: readonly StreamDriver[] = [
  series("numbers"),
  series("empty", { total: 0 }),
  documents("data/notes", ['{"x":1.5,"tags":["a","b"]}', '"plain"', "null"]),
  documents("data/torn", ['{"x":1}', '{"x":2}', "{", '{"x":4}']),
  series("damaged", {
    more(batch) {
      if (batch === 2)
        throw sondeError("format", "block 2 of 'damaged' fails its checksum: copy the file again", { key: "damaged", offset: 200 });
    },
  }),
  series("stalling", { more: (batch, signal) => (batch === 3 ? untilAborted(signal) : undefined) }),
  series("endless", { total: 100_000_000 }),
];

const broken: StreamDriver = {
  ...series("broken"),
  async describe() {
    throw sondeError("format", "the header of 'broken' is cut off", { key: "broken" });
  },
};

const picturesSchema = schemaOf([timeField(), fieldOf("image", arrowType.utf8(), { role: "array" })]);
/** Four frames of 4 × 6, the last brighter; `image/2` is the third. */
const camera: StreamDriver = {
  id: "camera",
  name: "camera",
  describe: async () => ({ kind: "frames", schema: picturesSchema, extent: { start: origin, end: origin + 4n * step } }),
  async *read() {
    yield batchOf(picturesSchema, {
      time: BigInt64Array.from([0, 1, 2, 3], (k) => origin + BigInt(k) * step),
      image: ["image/0", "image/1", "image/2", "image/3"],
    });
  },
  arrays: {
    async *read({ range, refs, level = 0 }) {
      for (let k = 0; k < 4; k++) {
        const [time, ref] = [origin + BigInt(k) * step, `image/${k}`];
        if ((range !== undefined && (time < range.start || time >= range.end)) || (refs !== undefined && !refs.includes(ref))) continue;
        const data = Uint16Array.from({ length: 24 }, (_, at) => at * 10 + k);
        yield { time, ref, field: "image", shape: [4, 6], level, data };
      }
    },
  },
};

const spikesSchema = schemaOf([timeField(), fieldOf("channel", arrowType.uint8(), { role: "category" })]);
const spikes: StreamDriver = {
  id: "spikes",
  name: "spikes",
  describe: async () => ({ kind: "events", schema: spikesSchema, extent: { start: origin, end: origin + 40n * step }, rows: 40 }),
  async *read() {
    yield batchOf(spikesSchema, {
      time: BigInt64Array.from({ length: 40 }, (_, k) => origin + BigInt(k) * step),
      channel: Uint8Array.from({ length: 40 }, (_, k) => k % 8),
    });
  },
};

/** Rows over three hours, every ten minutes; more come while it is followed. */
const hours: StreamDriver = {
  id: "slow/../hours",
  name: "hours",
  kind: "series",
  describe: async () => ({ kind: "series", schema: numbersSchema, extent: { start: hourly(0), end: hourly(17) + 1n }, rows: 18 }),
  async *read({ range, columns }) {
    const whole = batchOf(numbersSchema, {
      time: BigInt64Array.from({ length: 18 }, (_, k) => hourly(k)),
      value: Float64Array.from({ length: 18 }, (_, k) => k),
      count: BigInt64Array.from({ length: 18 }, (_, k) => BigInt(k)),
      note: Array.from({ length: 18 }, () => null),
    });
    yield* selected(range === undefined ? whole : sliceTime(whole, range), numbersSchema, columns);
  },
  live: {
    async *follow(_query, { signal }) {
      yield numbers(5000, 5001);
      await untilAborted(signal);
    },
  },
};
const hourly = (k: number) => origin + BigInt(k) * 600_000_000_000n;

export const driver: Driver<null> = {
  client: null,
  info: { version: "1.2", limit: 2n ** 60n },
  async *streams({ name }) {
    yield* streams.filter((stream) => name === undefined || stream.name === name);
  },
  async stream(id) {
    const found = [...streams, broken, camera, spikes, hours].find((stream) => stream.id === id);
    if (found === undefined)
      throw sondeError("not-found", `no stream '${id}': there are ${streams.map((one) => one.id).join(", ")}`, { id });
    return found;
  },
  async close() {},
};

const path = (input: unknown): string => (typeof input === "object" && input !== null && "path" in input ? String(input.path) : "");

function connector(id: string, extensions: readonly string[], connect: (path: string) => Driver<null>): Connector {
  return defineConnector({
    id,
    options: {
      "~standard": {
        version: 1,
        vendor: "test",
        validate: (input: unknown) => ({ value: { path: path(input) } }),
        types: undefined as unknown as { input: { path: string }; output: { path: string } },
      },
    },
    address: {
      schemes: [id, ...(extensions.length > 0 ? ["file"] : [])],
      extensions,
      toOptions: (url) =>
        url.protocol === "file:" && !extensions.some((end) => url.pathname.endsWith(end)) ? undefined : { path: url.pathname },
    },
    connect: async (options) => connect(options.path),
  });
}

/** Files that end in `.lab`, whatever they hold, and `lab://host/…`, where the path names the error. */
export const lab: Connector = connector("lab", [".lab"], (name) => {
  switch (name) {
    case "/auth":
      throw sondeError("auth", "the key was refused: set LAB_KEY", {});
    case "/connection":
      throw sondeError("connection", "the host does not answer", { retryable: true });
    case "/contract":
      throw sondeError("contract", "the driver breaks a rule", {});
    case "/limit":
      throw sondeError("limit", "too large: raise maxBytes", { what: "bytes", asked: 2, allowed: 1 });
    case "/bug":
      throw new TypeError("undefined is not a function at https://user:hunter2@host/x?key=hunter2");
    case "/broken":
      return {
        ...driver,
        async *streams() {
          yield series("numbers");
          yield broken;
        },
      };
    case "/stray":
      void Promise.reject(new Error("nobody waited for this"));
      return driver;
    case "/stuck":
      return { ...driver, close: () => new Promise<never>(() => {}) };
    default:
      return driver;
  }
});
