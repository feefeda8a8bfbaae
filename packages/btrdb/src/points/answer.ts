import type { Many } from "@sonde/core";
import type { RecordBatch, Table } from "@sonde/core/connector";
import { chunksOf, sondeError, tableOf, timesOf } from "@sonde/core/connector";
import type { RequestOptions } from "../transport/transport.js";
import { type PointSource, readBatches, readPieces } from "./read.js";
import { type PointRequest, shapeOf } from "./request.js";
import { type Version, versionOf, withVersion } from "./version.js";

/** A point as stored. */
export type RawPoint = {
  readonly time: bigint;
  readonly value: number;
  /** The version that it was read at. */
  readonly version: bigint;
};
/** The statistics of a window that holds points. */
export type StatPoint = {
  /** Where the window begins. */
  readonly time: bigint;
  readonly min: number;
  readonly mean: number;
  readonly max: number;
  readonly count: number;
  /** Of the population, as BTrDB keeps it: divided by n. */
  readonly stddev: number;
  readonly version: bigint;
};

/** Points that come as they are pulled, as record batches of up to 64 Ki rows; iterating again asks again. */
export interface Answer<Point> extends AsyncIterable<RecordBatch> {
  /** All of it, with the version in its metadata (`versionOf`) even where there is no row. Rejects `limit` past `maxBytes`, 2 GiB without. */
  table(options?: { readonly maxBytes?: number | undefined }): Promise<Table>;
  /** As objects: convenient, and some ten times slower than columns. */
  points(): Many<Point>;
}

const mostBytes = 2 ** 31;

/** The answer to `request`; undefined is the answer to a range that holds nothing, which asks nobody. */
export function answerOf<Point>(
  source: PointSource,
  request: PointRequest,
  options: RequestOptions,
  pointsIn: (batch: RecordBatch) => Iterable<Point>,
): Answer<Point> {
  const iterate = (onVersion?: (version: Version) => void) =>
    request.start < request.end ? readBatches(readPieces(source, request, options), request, onVersion) : none();
  return {
    [Symbol.asyncIterator]: () => iterate(),
    async table({ maxBytes = mostBytes } = {}) {
      let { schema } = shapeOf(request);
      const batches: RecordBatch[] = [];
      let bytes = 0;
      const onVersion = (version: Version) => {
        schema = withVersion(schema, version);
      };
      for await (const batch of iterate(onVersion)) {
        bytes += batch.numRows * 8 * batch.schema.fields.length;
        if (bytes > maxBytes) throw tooLarge(options.subject ?? "", bytes, maxBytes);
        batches.push(batch);
      }
      return tableOf(batches[0]?.schema ?? schema, batches);
    },
    points: () =>
      manyOf(async function* () {
        for await (const batch of iterate()) yield* pointsIn(batch);
      }),
  };
}

export function* rawPointsIn(batch: RecordBatch): Generator<RawPoint> {
  const times = timesOf(batch);
  const values = numbersOf(batch, "value");
  const version = versionOf(batch)?.major ?? 0n;
  // Columns of one length.
  for (let row = 0; row < times.length; row++) yield { time: times[row] as bigint, value: values[row] as number, version };
}

export function* statPointsIn(batch: RecordBatch): Generator<StatPoint> {
  const times = timesOf(batch);
  const [min, mean, max, stddev] = (["min", "mean", "max", "stddev"] as const).map((name) => numbersOf(batch, name));
  const counts = chunksOf(batch, "count")[0]?.values as BigUint64Array;
  const version = versionOf(batch)?.major ?? 0n;
  for (let row = 0; row < times.length; row++) {
    yield {
      // Columns of one length.
      time: times[row] as bigint,
      min: min?.[row] as number,
      mean: mean?.[row] as number,
      max: max?.[row] as number,
      count: Number(counts[row]),
      stddev: stddev?.[row] as number,
      version,
    };
  }
}

function numbersOf(batch: RecordBatch, name: string): Float64Array {
  // Built by the shape, which makes it of that kind.
  return chunksOf(batch, name)[0]?.values as Float64Array;
}

export function manyOf<T>(iterate: () => AsyncGenerator<T, void, undefined>): Many<T> {
  return {
    [Symbol.asyncIterator]: iterate,
    async toArray() {
      const items: T[] = [];
      for await (const item of iterate()) items.push(item);
      return items;
    },
    async first() {
      for await (const item of iterate()) return item;
      return undefined;
    },
  };
}

async function* none(): AsyncGenerator<never, void, undefined> {}

function tooLarge(id: string, asked: number, allowed: number) {
  const message = `stream '${id}': the table would hold more than ${allowed} bytes: narrow the range, ask for windows, iterate the batches, or raise maxBytes`;
  return sondeError("limit", message, { what: "bytes of a table", asked, allowed, option: "maxBytes" });
}
