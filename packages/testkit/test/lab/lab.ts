import {
  type Append,
  type Arrays,
  batchOf,
  type Call,
  CONTRACT,
  type Connector,
  cellOf,
  type Driver,
  type Live,
  type NdArray,
  type Newest,
  type Objects,
  type Overview,
  projectSchema,
  type StreamDriver,
  sliceTime,
  sondeError,
  timesOf,
  type Versions,
  type Windows,
} from "@sonde/core/connector";
import type { RecordBatch, Schema } from "../../src/arrow.js";
import { type Archive, type Chunk, chunksNow, request, type StoredStream, spanOf, store } from "./archive.js";
import { clock } from "./samples.js";
import { windowBatch } from "./window-statistics.js";

export interface LabOptions {
  readonly archive: Archive;
  readonly password: string;
  readonly dead?: boolean;
}

export const labPassword = "open-sesame-4711";

/** A driver with every capability, over an archive that answers by turns of the event loop and counts its visitors. */
export const lab: Connector<"lab", LabOptions, LabOptions, Archive> = {
  contract: CONTRACT,
  id: "lab",
  address: { schemes: ["lab"], extensions: [".lab"], toOptions: () => undefined },
  options: {
    "~standard": {
      version: 1,
      vendor: "test",
      validate: (value) =>
        typeof value === "object" && value !== null && "archive" in value
          ? { value: value as LabOptions }
          : { issues: [{ message: "an archive is needed", path: ["archive"] }] },
    },
  },
  async connect({ archive, password, dead = false }, { signal }) {
    signal.throwIfAborted();
    if (dead) throw sondeError("connection", "the lab does not answer: is it switched on?", { retryable: true });
    if (password !== labPassword) throw sondeError("auth", "the lab refuses the password: set LAB_PASSWORD", {});
    return driverOf(archive);
  },
};

function driverOf(archive: Archive): Driver<Archive> {
  return {
    client: archive,
    info: { version: "1.2", limits: { rows: 2n ** 60n } },
    async *streams({ collection, name }, { signal }) {
      await request(archive, "streams", signal);
      for (const stream of archive.streams.values()) {
        const { info } = stream;
        const inside = collection?.endsWith("/") ? info.collection?.startsWith(collection) : info.collection === collection;
        if ((collection === undefined || inside) && (name === undefined || name === info.name)) yield streamOf(archive, stream);
      }
    },
    async stream(id, { signal }) {
      await request(archive, `stream ${id}`, signal);
      const stream = archive.streams.get(id);
      if (stream === undefined) throw sondeError("not-found", `no stream '${id}' in the lab: list them with streams()`, { id });
      return streamOf(archive, stream);
    },
    async close() {},
    collections: {
      async *list({ range, where = {} }, { signal }) {
        await request(archive, "collections", signal);
        for (const collection of archive.collections) {
          const { time = 0n, metadata } = collection;
          if (range !== undefined && (time < range.start || time >= range.end)) continue;
          if (Object.entries(where).every(([path, value]) => Object.hasOwn(metadata, path) && metadata[path] === value)) yield collection;
        }
      },
    },
    create: {
      async stream(info, schema, { signal }) {
        await request(archive, "create", signal);
        const id = `${info.collection ?? ""}/${info.name}/new`;
        const stream: StoredStream = {
          info: { ...info, id },
          schema,
          versions: [[]],
          arrays: new Map(),
          metadata: {},
          followers: new Set(),
        };
        archive.streams.set(id, stream);
        return streamOf(archive, stream);
      },
    },
  };
}

function streamOf(archive: Archive, stream: StoredStream): StreamDriver {
  const { schema, info } = stream;
  const chunks = () => chunksNow(stream);
  const images = stream.arrays.size > 0;
  return {
    ...info,
    metadata: stream.metadata,
    known: { rows: count(chunks()) },
    async describe({ signal }) {
      await request(archive, `describe ${info.id}`, signal);
      const [first, last] = [chunks()[0], chunks().at(-1)];
      return {
        kind: info.kind ?? "series",
        schema,
        extent: first && last ? { start: spanOf(first.batch).start, end: spanOf(last.batch).end } : null,
        rows: count(chunks()),
        version: String(stream.versions.length),
        accuracy: 0n,
        ...(schema.fields.some(({ name }) => name === "tick") ? { clock } : {}),
      };
    },
    async *read({ range, columns, version }, call) {
      const chosen = version === undefined ? chunks() : stream.versions[Number(version) - 1];
      if (chosen === undefined) throw sondeError("not-found", `no version '${version}' of '${info.id}'`, { id: version ?? "" });
      const projected = projectSchema(schema, columns);
      archive.open++;
      try {
        let [rows, bytes] = [0, 0];
        call.signal.throwIfAborted();
        for (const { key, batch, damaged } of chosen) {
          const part = range === undefined ? batch : sliceTime(batch, range);
          if (part.numRows === 0) continue;
          await request(archive, key, call.signal);
          if (damaged) throw sondeError("format", `'${key}' is damaged at byte 12: restore it from its original`, { key, offset: 12 });
          call.onProgress({ rows: (rows += part.numRows), bytes: (bytes += 100) });
          yield project(part, projected);
        }
        call.signal.throwIfAborted();
      } finally {
        archive.open--;
      }
    },
    decode: (_, cell) => JSON.parse(String(cell)),
    ...(images ? { arrays: arraysOf(archive, stream) } : {}),
    windows: windowsOf(archive, stream),
    overview: overviewOf(archive, stream),
    newest: newestOf(archive, stream),
    objects: objectsOf(archive, stream),
    versions: versionsOf(archive, stream),
    live: liveOf(archive, stream),
    append: appendOf(archive, stream),
  };
}

const count = (chunks: readonly Chunk[]) => chunks.reduce((sum, { batch }) => sum + batch.numRows, 0);

export const project = (batch: RecordBatch, schema: Schema): RecordBatch =>
  batch.selectAt(schema.fields.map(({ name }) => batch.schema.fields.findIndex((field) => field.name === name)));

/** Chosen rows of several batches as one. */
export function joined(
  schema: Schema,
  batches: readonly RecordBatch[],
  keep: (row: number, rows: number) => boolean = () => true,
): RecordBatch {
  const rows = batches.reduce((sum, { numRows }) => sum + numRows, 0);
  const columns = schema.fields.map((field, index) => {
    const cells = batches.flatMap((batch) => Array.from({ length: batch.numRows }, (_, row) => cellOf(batch.data.children[index]!, row)));
    return [field.name, cells.filter((_, row) => keep(row, rows))] as const;
  });
  return batchOf(schema, Object.fromEntries(columns));
}

const everything = (stream: StoredStream) => chunksNow(stream).map(({ batch }) => batch);

const windowsOf = (archive: Archive, stream: StoredStream): Windows => ({
  statistics: ["min", "max", "mean", "stddev", "count", "sum", "median"],
  widths: "any",
  async *read(query, { signal }) {
    await request(archive, "windows", signal);
    const batch = windowBatch(joined(stream.schema, everything(stream)), query);
    if (batch) yield batch;
  },
});

const overviewOf = (archive: Archive, stream: StoredStream): Overview => ({
  async *read({ level, range, columns }, { signal }) {
    await request(archive, "overview", signal);
    const batch = joined(stream.schema, everything(stream), (row) => row % 2 ** level === 0);
    const part = range === undefined ? batch : sliceTime(batch, range);
    if (part.numRows > 0) yield project(part, projectSchema(stream.schema, columns));
  },
});

const newestOf = (archive: Archive, stream: StoredStream): Newest => ({
  async *read({ rows, columns }, { signal }) {
    await request(archive, "newest", signal);
    const batch = joined(stream.schema, everything(stream), (row, all) => row >= all - rows);
    if (batch.numRows > 0) yield project(batch, projectSchema(stream.schema, columns));
  },
});

const arraysOf = (archive: Archive, stream: StoredStream): Arrays => ({
  async *read({ range, refs, slice, level = 0 }, { signal }) {
    await request(archive, "arrays", signal);
    for (const ref of refs ?? stream.arrays.keys()) {
      signal.throwIfAborted();
      const array = stream.arrays.get(ref);
      if (array === undefined) throw sondeError("not-found", `no array '${ref}' in '${stream.info.id}'`, { id: ref });
      if (range === undefined || (array.time >= range.start && array.time < range.end)) yield cut(array, slice, level);
    }
  },
});

/** Rows and columns inside `slice`, then every 2^level-th of them; channels stay. */
function cut(array: NdArray, slice: readonly (readonly [number, number])[] | undefined, level: number): NdArray {
  const [height = 1, width = 1, channels = 1] = array.shape;
  const [[top, bottom], [left, right]] = [slice?.[0] ?? [0, height], slice?.[1] ?? [0, width]];
  const step = 2 ** level;
  const cells: number[] = [];
  for (let y = top; y < bottom; y += step) {
    for (let x = left; x < right; x += step)
      for (let c = 0; c < channels; c++) cells.push(Number(array.data[(y * width + x) * channels + c]));
  }
  const shape = [Math.ceil((bottom - top) / step), Math.ceil((right - left) / step), channels];
  return { ...array, level, shape, data: Uint16Array.from(cells) };
}

const objectsOf = (archive: Archive, stream: StoredStream): Objects => ({
  async *list(range, { signal }) {
    await request(archive, "objects", signal);
    for (const { key, batch } of chunksNow(stream)) {
      const span = spanOf(batch);
      if (range === undefined || (span.start < range.end && span.end > range.start)) yield { key, range: span, bytes: key.length };
    }
  },
  async get(key, { signal }) {
    await request(archive, key, signal);
    if (!chunksNow(stream).some((chunk) => chunk.key === key)) throw sondeError("not-found", `no object '${key}'`, { id: key });
    return new TextEncoder().encode(key);
  },
});

const versionsOf = (archive: Archive, stream: StoredStream): Versions => ({
  async current({ signal }) {
    await request(archive, "version", signal);
    return String(stream.versions.length);
  },
  async *changes(from, to, { signal }) {
    await request(archive, "changes", signal);
    const had = new Set(stream.versions[Number(from) - 1]?.map(({ key }) => key));
    for (const { key, batch } of stream.versions[Number(to) - 1] ?? []) if (!had.has(key)) yield spanOf(batch);
  },
});

const appendOf = (archive: Archive, stream: StoredStream): Append => ({
  async rows(batch, { signal }) {
    await request(archive, "append", signal);
    store(stream, batch);
  },
  async annotate(metadata, { signal }) {
    await request(archive, "annotate", signal);
    stream.metadata = Object.fromEntries([...Object.entries(stream.metadata), ...Object.entries(metadata)]);
  },
});

/** Batches that a follower may leave waiting. */
const queueLength = 8;

const liveOf = (archive: Archive, stream: StoredStream): Live => ({
  async *follow({ from, columns }, call) {
    call.signal.throwIfAborted();
    const projected = projectSchema(stream.schema, columns);
    const queue: RecordBatch[] = [];
    let lost: bigint | undefined;
    let wake = () => {};
    const follower = (batch: RecordBatch) => {
      if (queue.length < queueLength) queue.push(batch);
      else lost ??= timesOf(batch)[0];
      wake();
    };
    if (from !== undefined) {
      for (const batch of everything(stream)) {
        const part = sliceTime(batch, { start: from, end: 2n ** 63n - 1n });
        if (part.numRows > 0) queue.push(part);
      }
    }
    stream.followers.add(follower);
    archive.open++;
    try {
      while (true) {
        for (let batch = queue.shift(); batch; batch = queue.shift()) yield project(batch, projected);
        if (lost !== undefined)
          throw sondeError("overrun", `'${stream.info.id}' came faster than it was read: go on from ${lost}`, { resumeFrom: lost });
        await news(call, (resolve) => {
          wake = resolve;
        });
      }
    } finally {
      archive.open--;
      stream.followers.delete(follower);
    }
  },
});

function news({ signal }: Call, listen: (wake: () => void) => void): Promise<void> {
  return new Promise((resolve, reject) => {
    signal.throwIfAborted();
    const abort = () => reject(signal.reason);
    signal.addEventListener("abort", abort, { once: true });
    listen(() => {
      signal.removeEventListener("abort", abort);
      resolve();
    });
  });
}
