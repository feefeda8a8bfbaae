import { InfluxDB, type Row } from "@influxdata/influxdb-client";
import { intersect, isSondeError, type Metadata, sondeError, type TimeRange } from "@sonde/core";
import { retry } from "@sonde/core/bytes";
import type { BackEndCall, DeviceSettings, MetricRows, MetricStorage, MetricTopic, MetricType } from "../types.js";
import { type RowReader, rowReader } from "./annotated.js";
import { commonType } from "./columns.js";
import { askable, bucketQuery, endsQuery, type Flux, topicsQuery, valuesQuery } from "./flux.js";
import { MOST_CELLS, pagesOf } from "./pages.js";
import { rowBuilder } from "./rows.js";
import { lastRows } from "./tail.js";
import { influxTransport, influxUrl } from "./transport.js";

const SECOND = 1_000_000_000n;

/** What the rows of an answer are made into. */
type Fold<T> = {
  /** False: what follows is not wanted. */
  readonly row: (row: Row, read: RowReader) => boolean;
  readonly end: () => T;
};
type Ends = { readonly extent: TimeRange | null; readonly types: ReadonlyMap<string, MetricType> };

/** Metrics of a device in InfluxDB 2: a measurement for each topic, a row for each package. */
export function influxMetrics(device: DeviceSettings): MetricStorage {
  const { bucket, organisation, attempts } = device;
  const url = influxUrl(device);
  const name = `InfluxDB at ${url}`;
  const keyOf = (topic: string) => `metrics of ${topic} in ${name}`;

  /** Asks until an answer came whole; `start` makes what it is read into, anew for every attempt. */
  const ask = <T>(query: Flux, key: string, call: BackEndCall, start: () => Fold<T>, onVersion?: (version: string) => void): Promise<T> => {
    const attempt = async () => {
      const transport = influxTransport(device, call, onVersion);
      const queries = new InfluxDB({ url, transport }).getQueryApi(organisation);
      const { row: take, end } = start();
      const read = rowReader(key);
      try {
        for await (const row of queries.iterateRows(query.toString())) if (take(row, read) === false) break;
      } catch (error) {
        call.signal.throwIfAborted();
        throw isSondeError(error) ? error : foreign(key, error);
      }
      return end();
    };
    const { signal, observe } = call;
    return retry(attempt, {
      ...{ signal, attempts },
      onRetry: ({ delay }) => observe?.({ kind: "retry", target: url, milliseconds: Number(delay) / 1e6, bytes: 0 }),
    });
  };

  const endsOf = (topic: string, call: BackEndCall, fields?: readonly string[]): Promise<Ends> =>
    ask(endsQuery(bucket, topic, fields), keyOf(topic), call, () => {
      const types = new Map<string, MetricType>();
      let first: bigint | undefined;
      let last: bigint | undefined;
      return {
        row(row, read) {
          const { time, field, type } = read.cell(row);
          types.set(field, commonType(types.get(field) ?? type, type));
          first = first === undefined || time < first ? time : first;
          last = last === undefined || time > last ? time : last;
          return true;
        },
        end: () => ({ types, extent: first === undefined || last === undefined ? null : { start: first, end: last + 1n } }),
      };
    });

  /** The rows of a stretch; undefined where they hold more than `most` values. */
  const page = (topic: string, range: TimeRange, fields: readonly string[] | undefined, most: number, call: BackEndCall) =>
    ask(valuesQuery(bucket, topic, range, fields), keyOf(topic), call, () => {
      const rows = rowBuilder(keyOf(topic));
      return {
        row(row, read) {
          rows.add(read.cell(row));
          return rows.cells <= most;
        },
        end: () => (rows.cells > most ? undefined : { rows: rows.build(), cells: rows.cells }),
      };
    });

  return {
    name,
    async info(call): Promise<Metadata> {
      let version: string | undefined;
      const key = `bucket ${bucket} in ${name}`;
      const keeps = await ask(
        bucketQuery(bucket),
        key,
        call,
        () => {
          let nanoseconds: string | undefined;
          return {
            row(row, read) {
              nanoseconds = read.text(row, "retentionPeriod");
              return true;
            },
            end: () => nanoseconds,
          };
        },
        (found) => {
          version = found;
        },
      );
      const retention = keeps !== undefined && /^\d{1,19}$/.test(keeps) ? { retention: BigInt(keeps) } : {};
      return { server: "InfluxDB", ...(version === undefined ? {} : { version }), ...retention };
    },

    topics: (call) =>
      ask(topicsQuery(bucket), `topics in ${name}`, call, () => {
        const ends = new Map<string, { first?: bigint; last?: bigint }>();
        return {
          row(row, read) {
            const result = read.text(row, "result");
            const topic = read.text(row, result === "topics" ? "_value" : "_measurement");
            const known = ends.get(topic) ?? {};
            ends.set(topic, known);
            if (result === "topics") return true;
            const time = read.time(row);
            if (result === "first" && (known.first === undefined || time < known.first)) known.first = time;
            if (result === "last" && (known.last === undefined || time > known.last)) known.last = time;
            return true;
          },
          end: () =>
            Array.from(ends, ([topic, { first, last }]): MetricTopic => {
              return first === undefined || last === undefined ? { topic } : { topic, extent: { start: first, end: last + 1n } };
            }).sort((a, b) => (a.topic < b.topic ? -1 : 1)),
        };
      }),

    async fields(topic, call) {
      const { types } = await endsOf(topic, call);
      return Array.from(types, ([field, type]) => ({ name: field, type })).sort((a, b) => (a.name < b.name ? -1 : 1));
    },

    extent: async (topic, call) => (await endsOf(topic, call)).extent,

    async *rows(topic, { range, fields }, call): AsyncGenerator<MetricRows, void, undefined> {
      call.signal.throwIfAborted();
      const wanted = range === undefined ? undefined : askable(range);
      if ((range !== undefined && wanted === undefined) || fields?.length === 0) return;
      const { extent } = await endsOf(topic, call, fields);
      if (extent === null) return;
      const pages = pagesOf(wanted === undefined ? extent : intersect(wanted, extent));
      for (let stretch = pages.next(); stretch !== undefined; stretch = pages.next()) {
        const found = await page(topic, stretch, fields, MOST_CELLS, call);
        if (found === undefined) {
          if (!pages.cut()) throw tooManyAt(keyOf(topic), stretch.start);
          continue;
        }
        pages.done(found.cells);
        if (found.rows.times.length > 0) yield found.rows;
      }
    },

    async newest(topic, rows, call): Promise<MetricRows> {
      const { extent } = await endsOf(topic, call);
      const none = { times: new BigInt64Array(), columns: [] };
      if (extent === null || rows < 1) return none;
      // A device makes about a package a second; where it makes fewer, the stretch doubles.
      for (let width = BigInt(rows) * SECOND; ; width *= 2n) {
        const stretch = intersect(extent, { start: extent.end - width, end: extent.end });
        const found = await page(topic, stretch, undefined, 8 * MOST_CELLS, call);
        if (found === undefined) throw tooManyAt(keyOf(topic), stretch.start);
        if (found.rows.times.length >= rows || stretch.start === extent.start) return lastRows(found.rows, rows);
      }
    },
  };
}

/** What the client's parser makes of an answer that is no annotated CSV. */
function foreign(key: string, cause: unknown) {
  return sondeError("format", `${key}: the answer is no annotated CSV: is it InfluxDB 2?`, { key, cause });
}

function tooManyAt(key: string, time: bigint) {
  const message = `${key} has more than ${MOST_CELLS} values from ${time} ns on: ask for fewer rows or for some of the fields`;
  return sondeError("limit", message, { what: key, asked: MOST_CELLS + 1, allowed: MOST_CELLS });
}
