import { type Instant, sondeError, type TimeRange, toNanos } from "@sonde/core";
import { type Table, tableOf } from "@sonde/core/connector";
import { packedFields } from "../schema/packed-time.js";
import type { InfluxSeries } from "./answer.js";
import { callOf, type InfluxCall } from "./call.js";
import { fieldsIn, type InfluxField, namesIn } from "./fields.js";
import { identifier, measurement, type Place } from "./influxql.js";
import { type InfluxRange, type InfluxScale, rangeOf } from "./range.js";
import { type FieldSchema, registrySchema, schemaByField } from "./registry.js";
import { type InfluxRows, reversed, rowsOf } from "./rows.js";
import { readSelect, type Select, type SelectOptions, selectOf, type Topic } from "./select.js";
import type { Transport } from "./transport.js";
import { type UnpackOptions, unpackFields } from "./unpack.js";

type Selection = InfluxCall & {
  /** Fields, and tags, by name; all of the topic without. A row comes where one of the fields has a value. */
  readonly fields?: readonly string[] | undefined;
  /** Only messages of that component: by `salIndex`, or by `<CSC>ID` in topics of before July 2022. */
  readonly index?: number | undefined;
  /** What the database's own times mean. Default "utc". */
  readonly scale?: InfluxScale | undefined;
};
export type TimeSeriesOptions = InfluxRange & Selection;
export type TopNOptions = Selection & {
  /** How many rows. */
  readonly rows: number;
  /** Only rows before it; exclusive. */
  readonly before?: Instant | undefined;
};
export type PackedOptions = InfluxRange &
  Omit<Selection, "fields" | "scale"> &
  UnpackOptions & { /** What the database's own times mean. Default "utc". */ readonly timeScale?: InfluxScale | undefined };
export type InfluxQueryOptions = InfluxCall & {
  /** Of names that say none. Default the client's. */
  readonly database?: string | undefined;
  /** Rows of a piece at most. Default the client's. */
  readonly chunkSize?: number | undefined;
};

/** The observatory's live database: telemetry as InfluxDB 1 holds it. Nothing is written. */
export interface EfdInflux {
  /** Where it is, without user and password. */
  readonly url: string;
  readonly database: string;
  /** As the server says it; absent behind proxies that hide it. */
  readonly version: string | undefined;

  /** Topics by name. One request. */
  topics(options?: InfluxCall): Promise<readonly string[]>;
  /** The fields of a topic, by name, with their types. Rejects `not-found` for a topic that is not there. One request. */
  fields(topic: string, options?: InfluxCall): Promise<readonly InfluxField[]>;
  /** The tags of a topic, by name: most topics have none. One request. */
  tags(topic: string, options?: InfluxCall): Promise<readonly string[]>;
  /** The fields as the schema registry describes them, with units. Rejects `unsupported` where no registry is known. One request. */
  schema(topic: string, options?: InfluxCall): Promise<readonly FieldSchema[]>;
  /** Rows of a topic in a range, half open, in time order. The first piece comes after three requests, or four with a schema registry. */
  timeSeries(topic: string, options?: TimeSeriesOptions): InfluxRows;
  /** The newest rows, ascending. */
  topN(topic: string, options: TopNOptions): Promise<Table>;
  /**
   * A signal that each message packs as `base0` to `base<n-1>`, one row for each value; see `UnpackOptions` for how their times come about.
   * The range is of messages. Held in memory.
   */
  packedTimeSeries(topic: string, options: PackedOptions): Promise<Table>;
  /** An InfluxQL query as it is, piece by piece. The text is sent unchanged: quote names and values yourself. */
  query(influxql: string, options?: InfluxQueryOptions): AsyncIterable<InfluxSeries>;
  /** Idempotent; what is under way rejects `closed`. */
  close(): Promise<void>;
  [Symbol.asyncDispose](): Promise<void>;
}

/** What client and driver share. */
export type InfluxSession = {
  readonly transport: Transport;
  readonly place: Place;
  readonly url: string;
  readonly version: string | undefined;
  /** Asks the schema registry; absent where none is known. */
  readonly registry: ((topic: string, call: InfluxCall) => Promise<readonly FieldSchema[]>) | undefined;
};

export function createInflux(session: InfluxSession): EfdInflux {
  const { transport, place, registry } = session;

  const timeRange = (options: InfluxRange): TimeRange | undefined => rangeOf(options);
  const selected = async (name: string, select: SelectOptions, call: InfluxCall): Promise<Select> =>
    selectOf(place, await topicOf(session, name, call), select);

  const client: EfdInflux = {
    url: session.url,
    database: place.database,
    version: session.version,
    topics: (options = {}) => topicNames(session, options),
    fields: (topic, options = {}) => fieldsOf(session, topic, options),
    tags: (topic, options = {}) => tagsOf(session, topic, options),
    async schema(topic, options = {}) {
      if (registry !== undefined) return registry(topic, options);
      throw sondeError("unsupported", "no schema registry is known for this database: give `schemaRegistry`", { what: "schema" });
    },
    timeSeries: (topic, options = {}) =>
      rowsOf(topic, async () => {
        const { fields, index, scale } = options;
        const select = await selected(topic, { columns: fields, range: timeRange(options), index, scale }, options);
        return { schema: select.schema, batches: readSelect(transport, select, callOf(options)) };
      }),
    async topN(topic, options) {
      const { fields, rows, before, index, scale } = options;
      if (!Number.isSafeInteger(rows) || rows < 0)
        throw sondeError("options", `a number of rows is a whole number from 0 on, not ${rows}`, {});
      const range = before === undefined ? undefined : { start: -(2n ** 63n), end: toNanos(before) };
      const select = await selected(topic, { columns: fields, range, index, scale, newest: rows }, options);
      if (rows === 0) return tableOf(select.schema, []);
      const batches = [];
      for await (const batch of readSelect(transport, select, callOf(options))) batches.push(batch);
      return tableOf(select.schema, reversed(batches));
    },
    async packedTimeSeries(topic, options) {
      const { baseFields, reference = "cRIO_timestamp", index, timeScale } = options;
      const known = await topicOf(session, topic, options);
      const names = known.columns.map(({ name }) => name);
      const columns = [...baseFields.flatMap((base) => packedFields(names, base)), reference];
      const select = selectOf(place, known, { columns, range: timeRange(options), index, scale: timeScale });
      const batches = [];
      for await (const batch of readSelect(transport, select, callOf(options))) batches.push(batch);
      return unpackFields(tableOf(select.schema, batches), options);
    },
    query: (influxql, options = {}) => ({
      [Symbol.asyncIterator]: () => {
        const { database = place.database, chunkSize } = options;
        return transport.series(influxql, { ...callOf(options), database, chunkSize });
      },
    }),
    close: async () => transport.close(),
    [Symbol.asyncDispose]: async () => transport.close(),
  };
  return client;
}

export async function topicNames({ transport, place }: InfluxSession, call: InfluxCall): Promise<readonly string[]> {
  const query = `SHOW MEASUREMENTS ON ${identifier(place.database)}`;
  return namesIn((await transport.ask(query, { ...callOf(call), what: "the list of topics" })).series, "name");
}

async function fieldsOf({ transport, place, url }: InfluxSession, topic: string, call: InfluxCall): Promise<readonly InfluxField[]> {
  // No query can carry NUL.
  const query = topic.includes("\0") ? undefined : `SHOW FIELD KEYS FROM ${measurement(place, topic)}`;
  const asked = { ...callOf(call), what: `the fields of '${topic}'` };
  const fields = query === undefined ? [] : fieldsIn((await transport.ask(query, asked)).series);
  if (fields.length > 0) return fields;
  throw sondeError("not-found", `no topic '${topic}' in '${place.database}' of ${url}: list them by topics()`, { id: topic });
}

async function tagsOf({ transport, place }: InfluxSession, topic: string, call: InfluxCall): Promise<readonly string[]> {
  const query = `SHOW TAG KEYS FROM ${measurement(place, topic)}`;
  return namesIn((await transport.ask(query, { ...callOf(call), what: `the tags of '${topic}'` })).series, "tagKey");
}

/** A topic with its columns, and what the registry says of them where it knows the topic. */
export async function topicOf(session: InfluxSession, name: string, call: InfluxCall): Promise<Topic> {
  // Units are worth having, but not worth an archive that can't be read.
  const withoutUnits = (): readonly FieldSchema[] => {
    call.signal?.throwIfAborted();
    return [];
  };
  const fields = await fieldsOf(session, name, call);
  const [tags, schema] = await Promise.all([tagsOf(session, name, call), session.registry?.(name, call).catch(withoutUnits) ?? []]);
  const names = new Set(fields.map((field) => field.name));
  const columns = [...fields, ...tags.filter((tag) => !names.has(tag)).map((tag) => ({ name: tag, type: "tag" as const }))];
  return { name, columns, about: schemaByField(schema) };
}

/** The registry at an address, asked with the session's own means. */
export function registryAt(
  address: string,
  options: Parameters<typeof registrySchema>[2],
): (topic: string, call: InfluxCall) => Promise<readonly FieldSchema[]> {
  return (topic, call) => registrySchema(address, topic, options, callOf(call));
}
