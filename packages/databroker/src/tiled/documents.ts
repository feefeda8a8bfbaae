import type { StreamColumns, Waiting } from "../catalog/types.js";
import type { DocumentPair, Event, EventDescriptor, RunStart, RunStop } from "../event-model/documents.js";
import { isRecord, setOwn } from "../event-model/own.js";
import { asDocument } from "../event-model/validate.js";
import { parseJson } from "../files/json/parse.js";
import type { Connection } from "./connection.js";
import { columnOf, findInternal, keyOf, readInternal } from "./internal-table.js";
import { streamsOf, type TiledStream } from "./streams.js";

type Hints = { readonly streams?: readonly string[] | undefined; readonly fields?: readonly string[] | undefined };

/** The documents themselves, as servers over MongoDB have them: lines of `{"name", "doc"}`. */
export async function* storedDocuments(
  connection: Connection,
  run: readonly string[],
  options: Waiting,
): AsyncGenerator<DocumentPair, void, undefined> {
  const response = await connection.stream("/documents/", run, [["fill", "false"]], options);
  for await (const line of linesOf(response)) {
    const value = parseJson(line);
    const pair = isRecord(value) ? asDocument(value.name, value.doc) : undefined;
    if (pair !== undefined) yield pair;
  }
}

async function* linesOf(response: Response): AsyncGenerator<string, void, undefined> {
  const reader = response.body?.getReader();
  const decoder = new TextDecoder();
  let rest = "";
  try {
    for (;;) {
      const step = await reader?.read();
      if (step === undefined || step.done) break;
      const lines = (rest + decoder.decode(step.value, { stream: true })).split("\n");
      rest = lines.pop() ?? "";
      for (const line of lines) if (line.trim() !== "") yield line;
    }
    if (rest.trim() !== "") yield rest;
  } finally {
    reader?.cancel().catch(() => {});
  }
}

/**
 * Documents made of what TiledWriter keeps: descriptors, and the rows of each stream's table as events, whose uids are not kept and are made of
 * the descriptor's and the number. Streams come one after the other.
 */
export async function* composedDocuments(
  connection: Connection,
  run: readonly string[],
  header: { readonly start: RunStart; readonly stop?: RunStop | undefined },
  hints: Hints,
  options: Waiting,
): AsyncGenerator<DocumentPair, void, undefined> {
  yield ["start", header.start];
  for (const stream of await streamsOf(connection, run, header.start.uid, options)) {
    for (const descriptor of stream.descriptors) yield ["descriptor", descriptor];
    if (hints.streams !== undefined && !hints.streams.includes(stream.name)) continue;
    for await (const rows of streamRows(connection, stream, hints.fields, options)) yield* eventsOfRows(stream.descriptors, rows);
  }
  if (header.stop !== undefined) yield ["stop", header.stop];
}

/** Rows of a stream with the timestamps of the fields; all fields where none are named. */
export async function* streamRows(
  connection: Connection,
  stream: TiledStream,
  fields: readonly string[] | undefined,
  options: Waiting,
): AsyncGenerator<StreamColumns, void, undefined> {
  const table = await findInternal(connection, stream.path, options);
  if (table === undefined) return;
  const columns =
    fields?.map(columnOf) ?? [...table.columns].filter((column) => !column.startsWith("ts_") || !table.columns.has(column.slice(3)));
  yield* readInternal(
    connection,
    table,
    columns.flatMap((column) => [column, `ts_${column}`]),
    options,
  );
}

/** Events out of columns. Each belongs to the last descriptor that was made before it. */
export function* eventsOfRows(descriptors: readonly EventDescriptor[], rows: StreamColumns): Generator<DocumentPair, void, undefined> {
  const [first] = descriptors;
  if (first === undefined) return;
  const numeric = numericKeys(descriptors);
  const keys = [...rows.data.keys()].filter((column) => !(column.startsWith("ts_") && rows.data.has(column.slice(3))));
  for (let row = 0; row < rows.seqNum.length; row++) {
    const time = rows.time[row] ?? 0;
    const seqNum = rows.seqNum[row] ?? 0;
    const descriptor = descriptors.findLast((item) => item.time <= time) ?? first;
    const data: Record<string, unknown> = {};
    const timestamps: Record<string, unknown> = {};
    for (const column of keys) {
      const value = rows.data.get(column)?.[row] ?? undefined;
      const taken = rows.data.get(`ts_${column}`)?.[row] ?? undefined;
      // A row without the key has no timestamp of it either.
      if (value === undefined && taken === undefined) continue;
      setOwn(data, keyOf(column), value ?? (numeric.has(keyOf(column)) ? Number.NaN : null));
      setOwn(timestamps, keyOf(column), taken ?? time);
    }
    const event: Event = {
      uid: `${descriptor.uid}-${seqNum}`,
      descriptor: descriptor.uid,
      seq_num: seqNum,
      time,
      data,
      timestamps,
      filled: {},
    };
    yield ["event", event];
  }
}

/** Keys of single floats. The server keeps their NaN as null. */
export function numericKeys(descriptors: readonly EventDescriptor[]): ReadonlySet<string> {
  const keys = descriptors.flatMap(({ data_keys: all }) => Object.entries(all));
  return new Set(keys.flatMap(([key, { dtype, shape }]) => (dtype === "number" && shape.length === 0 ? [key] : [])));
}
