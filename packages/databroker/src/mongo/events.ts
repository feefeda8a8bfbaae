import type { StreamColumns, Waiting } from "../catalog/types.js";
import { externalKind } from "../event-model/data-key.js";
import type { DocumentPair, Event, EventDescriptor } from "../event-model/documents.js";
import { isRecord, ownValue, recordOf } from "../event-model/own.js";
import { streamNameOf } from "../event-model/stream-name.js";
import { asDocument } from "../event-model/validate.js";
import { addEvent, columnsOf, StreamBuilder } from "../files/column-builder.js";
import type { FindOptions, MongoDocument } from "./database.js";
import type { MongoStore } from "./store.js";

/** As databroker reads them. */
const pageSize = 2500;
const batchRows = 65_536;

type Hints = { readonly streams?: readonly string[] | undefined; readonly fields?: readonly string[] | undefined };

/** Events of a run in the order of their times, each batch after the resources and datums that it cites. */
export async function* eventDocuments(
  store: MongoStore,
  descriptors: readonly EventDescriptor[],
  hints: Hints,
  options: Waiting,
): AsyncGenerator<DocumentPair, void, undefined> {
  const wanted = descriptors.filter((descriptor) => hints.streams?.includes(streamNameOf(descriptor)) ?? true);
  const external = new Map(wanted.map((descriptor) => [descriptor.uid, externalKeys(descriptor)]));
  const known = { resources: new Set<string>(), datums: new Set<string>() };
  let page: Event[] = [];
  const flush = async function* (): AsyncGenerator<DocumentPair, void, undefined> {
    yield* citedDocuments(store, page, external, known, options);
    for (const event of page) yield ["event", event];
    page = [];
  };
  for await (const document of findEvents(store, wanted, hints.fields, true, options)) {
    const pair = asDocument("event", unfilled(document, external.get(String(document.descriptor)) ?? []));
    if (pair?.[0] !== "event") continue;
    page.push(pair[1]);
    if (page.length >= pageSize) yield* flush();
  }
  yield* flush();
}

/** The columns of a stream, without making documents of them. */
export async function* eventColumns(
  store: MongoStore,
  descriptors: readonly EventDescriptor[],
  { stream, fields }: { readonly stream: string; readonly fields: readonly string[] },
  options: Waiting,
): AsyncGenerator<StreamColumns, void, undefined> {
  const wanted = descriptors.filter((descriptor) => streamNameOf(descriptor) === stream);
  let builder = new StreamBuilder(fields);
  for await (const { seq_num, time, data } of findEvents(store, wanted, fields, false, options)) {
    addEvent(builder, { seq_num, time, data: isRecord(data) ? data : {} });
    if (builder.rows < batchRows) continue;
    yield columnsOf(builder);
    builder = new StreamBuilder(fields);
  }
  if (builder.rows > 0) yield columnsOf(builder);
}

function findEvents(
  store: MongoStore,
  descriptors: readonly EventDescriptor[],
  fields: readonly string[] | undefined,
  whole: boolean,
  options: Waiting,
): AsyncGenerator<MongoDocument, void, undefined> {
  const filter = { descriptor: { $in: descriptors.map(({ uid }) => uid) } };
  const projection = projectionOf(fields, whole);
  const how: FindOptions & Waiting = {
    ...options,
    sort: { time: 1 },
    batchSize: pageSize,
    ...(projection !== undefined && { projection }),
  };
  return store.find("event", filter, how);
}

/** Keys by which MongoDB would mean something else are read with all the others. */
function projectionOf(fields: readonly string[] | undefined, whole: boolean): FindOptions["projection"] {
  if (fields === undefined || fields.some((field) => field.includes(".") || field.startsWith("$") || field.includes("\0")))
    return undefined;
  const parts = whole ? ["data", "timestamps", "filled"] : ["data"];
  const names = whole ? ["uid", "descriptor", "seq_num", "time"] : ["seq_num", "time"];
  const columns = fields.flatMap((field) => parts.map((part) => `${part}.${field}`));
  return recordOf([...names, ...columns].map((name): [string, 1] => [name, 1]));
}

const externalKeys = (descriptor: EventDescriptor): readonly string[] =>
  Object.entries(descriptor.data_keys).flatMap(([key, value]) => (externalKind(value) === "datum" ? [key] : []));

/** Stored events hold datum ids, whatever they say. A projection can leave parts out. */
function unfilled(document: MongoDocument, external: readonly string[]): MongoDocument {
  const { data, timestamps } = document;
  const cells = isRecord(data) ? data : {};
  const filled = recordOf(external.filter((key) => Object.hasOwn(cells, key)).map((key): [string, false] => [key, false]));
  return { ...document, data: cells, timestamps: isRecord(timestamps) ? timestamps : {}, filled };
}

type Known = { readonly resources: Set<string>; readonly datums: Set<string> };

/** Datums that events cite, and their resources, those not yet given: by datum id, so that runs of before `run_start` was in resources are whole too. */
async function* citedDocuments(
  store: MongoStore,
  events: readonly Event[],
  external: ReadonlyMap<string, readonly string[]>,
  known: Known,
  options: Waiting,
): AsyncGenerator<DocumentPair, void, undefined> {
  const cited = new Set<string>();
  for (const { descriptor, data } of events) {
    for (const key of external.get(descriptor) ?? []) {
      const id = ownValue(data, key);
      if (typeof id === "string" && !known.datums.has(id)) cited.add(id);
    }
  }
  if (cited.size === 0) return;
  const datums: MongoDocument[] = [];
  for await (const datum of store.find("datum", { datum_id: { $in: [...cited] } }, options)) datums.push(datum);
  const missing = [...new Set(datums.map(({ resource }) => String(resource)))].filter((uid) => !known.resources.has(uid));
  if (missing.length > 0) {
    for await (const resource of store.find("resource", { uid: { $in: missing } }, options)) {
      known.resources.add(String(resource.uid));
      const pair = asDocument("resource", resource);
      if (pair !== undefined) yield pair;
    }
  }
  for (const datum of datums) {
    known.datums.add(String(datum.datum_id));
    const pair = asDocument("datum", { ...datum, resource: String(datum.resource) });
    if (pair !== undefined) yield pair;
  }
}
