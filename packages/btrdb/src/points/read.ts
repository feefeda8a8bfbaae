import type { RecordBatch } from "@sonde/core/connector";
import { isSondeError, sondeError } from "@sonde/core/connector";
import type { RequestOptions, Transport } from "../transport/transport.js";
import { readArrow } from "./arrow.js";
import { firstDescent } from "./order.js";
import { encodeRequest, type PointRequest, shapeOf } from "./request.js";
import { columnsBatch, type PointColumns, sliceColumns } from "./shape.js";
import { snapPieces } from "./snap.js";
import { type Version, withVersion } from "./version.js";

/** Points of one message, and the version that they are of. */
export type Piece = PointColumns & { readonly version: Version };
/** Where points come from, and in which form. */
export type PointSource = {
  readonly transport: Transport;
  /** Whether the server answers in Arrow's form. */
  readonly arrow: boolean;
};

const batchRows = 65_536;
/** Pieces of so many rows are batches as they are: to copy them would cost more than smaller batches do. */
const wholeRows = 32_768;

/**
 * Points as they come, from one call. The first piece is there even when no point is, for its version. A connection that breaks is made
 * again where the answer is bound to one version: reading goes on behind the last point delivered, which comes once.
 */
export async function* readPieces(source: PointSource, request: PointRequest, options: RequestOptions): AsyncGenerator<Piece> {
  const { transport } = source;
  let version: Version | undefined;
  let reached: { readonly time: bigint; readonly rows: number } | undefined;
  let failures = 0;
  for (;;) {
    const rest: PointRequest = { ...request, start: reached?.time ?? request.start, version: version?.major ?? request.version };
    // Rows at the instant where it broke that were delivered already.
    let known = reached?.rows ?? 0;
    try {
      for await (const piece of readOnce(source, rest, options)) {
        const from = known > 0 ? delivered(piece.times, rest.start, known) : 0;
        known -= from;
        const first = version === undefined;
        version ??= piece.version;
        const columns = sliceColumns(piece, from);
        if (!first && columns.times.length === 0) continue;
        reached = reachedBy(columns.times, reached);
        failures = 0;
        yield { ...columns, version };
      }
      return;
    } catch (error) {
      // Points that no commit holds can't be read again as they were.
      if (version !== undefined && version.minor > 0n) throw error;
      await transport.recover(error, ++failures, options);
    }
  }
}

/** How many rows at the head of a piece stand at `time`, `most` at most. */
function delivered(times: BigInt64Array, time: bigint, most: number): number {
  let rows = 0;
  while (rows < most && rows < times.length && times[rows] === time) rows++;
  return rows;
}

function reachedBy(
  times: BigInt64Array,
  before: { readonly time: bigint; readonly rows: number } | undefined,
): { readonly time: bigint; readonly rows: number } | undefined {
  const time = times.at(-1);
  if (time === undefined) return before;
  let rows = 0;
  while (rows < times.length && times[times.length - 1 - rows] === time) rows++;
  return { time, rows: rows === times.length && before?.time === time ? rows + before.rows : rows };
}

async function* readOnce({ transport, arrow }: PointSource, request: PointRequest, options: RequestOptions): AsyncGenerator<Piece> {
  const { method, message } = encodeRequest(request, arrow);
  const shape = shapeOf(request);
  let last: bigint | undefined;
  for await (const bytes of transport.receive(method, message, options)) {
    const { status, versionMajor, versionMinor, ...columns } = placed(options, () => (arrow ? readArrow(bytes, shape) : shape.read(bytes)));
    transport.check(status, options, method);
    const version = { major: versionMajor, minor: versionMinor };
    const parts: readonly PointColumns[] = "parts" in columns ? columns.parts : [columns];
    for (const part of parts.length === 0 ? [shape.allocate(0)] : parts) {
      last = ascending(part.times, last, options);
      yield { ...part, version };
    }
  }
}

/** A damaged message is told with the stream's id. */
function placed<T>({ subject = "" }: RequestOptions, read: () => T): T {
  try {
    return read();
  } catch (cause) {
    const why = cause instanceof Error ? cause.message : String(cause);
    if (isSondeError(cause, "unsupported"))
      throw sondeError("unsupported", `stream '${subject}': ${why}; connect with arrow: false`, { cause });
    throw sondeError("format", `stream '${subject}': ${why}`, { key: subject, cause });
  }
}

/** The last time of a piece. Everything after relies on the order. */
function ascending(times: BigInt64Array, before: bigint | undefined, { subject = "" }: RequestOptions): bigint | undefined {
  const row = firstDescent(times, before);
  if (row < 0) return times.at(-1) ?? before;
  const above = row === 0 ? before : times[row - 1];
  throw sondeError("format", `stream '${subject}': the server sent ${times[row]} after ${above}: its points are out of order`, {
    key: subject,
  });
}

/**
 * Pieces put together to batches of 64 Ki rows at most. What is complete is handed on before an error is. `schema` is the shape's with the
 * version in its metadata, the same for all batches of one call.
 */
export async function* readBatches(
  pieces: AsyncIterable<Piece>,
  request: PointRequest,
  onVersion: (version: Version) => void = () => {},
): AsyncGenerator<RecordBatch> {
  const shape = shapeOf(request);
  let schema = shape.schema;
  let known = false;
  let room = shape.allocate(0);
  let rows = 0;
  let least = 64;
  const flush = () => {
    const batch = columnsBatch(schema, sliceColumns(room, 0, rows));
    room = shape.allocate(0);
    // A small answer takes little room, a long one whole batches.
    least = batchRows;
    rows = 0;
    return batch;
  };
  try {
    for await (const piece of request.kind === "raw" && request.snap ? snapPieces(pieces, request.snap) : pieces) {
      if (!known) {
        known = true;
        schema = withVersion(schema, piece.version);
        onVersion(piece.version);
      }
      if (piece.times.length >= wholeRows) {
        if (rows > 0) yield flush();
        for (let from = 0; from < piece.times.length; from += batchRows) {
          yield columnsBatch(schema, sliceColumns(piece, from, Math.min(piece.times.length, from + batchRows)));
        }
        continue;
      }
      for (let from = 0; from < piece.times.length; ) {
        if (rows === room.times.length) {
          const size = Math.min(batchRows, Math.max(2 * rows, piece.times.length, least));
          room = grown(room, rows, size, shape.allocate);
        }
        const to = Math.min(piece.times.length, from + room.times.length - rows);
        copy(room, rows, sliceColumns(piece, from, to));
        rows += to - from;
        from = to;
        if (rows === batchRows) yield flush();
      }
    }
  } catch (error) {
    if (rows > 0) yield flush();
    throw error;
  }
  if (rows > 0) yield flush();
}

function grown(room: PointColumns, rows: number, size: number, allocate: (rows: number) => PointColumns): PointColumns {
  const larger = allocate(size);
  copy(larger, 0, sliceColumns(room, 0, rows));
  return larger;
}

function copy(target: PointColumns, at: number, source: PointColumns): void {
  target.times.set(source.times, at);
  for (const [index, column] of source.values.entries()) {
    // Columns of one shape are of one kind at each place.
    (target.values[index] as Float64Array).set(column as Float64Array, at);
  }
}
