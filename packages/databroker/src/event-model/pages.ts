import type { BulkDatum, BulkEvents, Datum, DatumPage, Event, EventPage } from "./documents.js";
import { eventModelError } from "./errors.js";
import { isRecord, ownValue, setOwn } from "./own.js";

type Cells = Readonly<Record<string, unknown>>;
type Rows = Readonly<Record<string, readonly unknown[]>>;

/** The events of a page, in its order. A column that is shorter than the page leaves its last events without that key. */
export function* eventsOf(page: EventPage): Generator<Event, void, undefined> {
  const { descriptor, uid, seq_num, time } = page;
  const length = Math.min(uid.length, seq_num.length, time.length);
  for (let row = 0; row < length; row++) {
    yield {
      descriptor,
      uid: uid[row] ?? "",
      seq_num: seq_num[row] ?? 0,
      time: time[row] ?? 0,
      data: rowOf(page.data, row),
      timestamps: rowOf(page.timestamps, row),
      // Null stands for a row that has none, where a page was made of unlike events.
      filled: filledOf(page.filled, row),
    };
  }
}

/** The page of events of one descriptor. A key that an event lacks is null in its row, so that rows stay aligned. */
export function eventPageOf(events: readonly Event[]): EventPage {
  const [first] = events;
  if (first === undefined) throw eventModelError("EventModelValueError", "a page of no events has no descriptor: give at least one", {});
  if (events.some(({ descriptor }) => descriptor !== first.descriptor)) {
    throw eventModelError("EventModelValueError", "events of several descriptors don't fit in one page: make a page for each", {});
  }
  return {
    descriptor: first.descriptor,
    uid: events.map(({ uid }) => uid),
    seq_num: events.map(({ seq_num }) => seq_num),
    time: events.map(({ time }) => time),
    data: columnsOf(events.map(({ data }) => data)),
    timestamps: columnsOf(events.map(({ timestamps }) => timestamps)),
    // `columnsOf` keeps each cell as it is: booleans, texts, and null where there is none.
    filled: columnsOf(events.map(({ filled }) => filled ?? {})) as Record<string, (boolean | string | null)[]>,
  };
}

/** The datums of a page. */
export function* datumsOf(page: DatumPage): Generator<Datum, void, undefined> {
  for (let row = 0; row < page.datum_id.length; row++) {
    yield { resource: page.resource, datum_id: page.datum_id[row] ?? "", datum_kwargs: rowOf(page.datum_kwargs, row) };
  }
}

/** The page of datums of one resource. */
export function datumPageOf(datums: readonly Datum[]): DatumPage {
  const [first] = datums;
  if (first === undefined) throw eventModelError("EventModelValueError", "a page of no datums has no resource: give at least one", {});
  if (datums.some(({ resource }) => resource !== first.resource)) {
    throw eventModelError("EventModelValueError", "datums of several resources don't fit in one page: make a page for each", {});
  }
  return {
    resource: first.resource,
    datum_id: datums.map(({ datum_id }) => datum_id),
    datum_kwargs: columnsOf(datums.map(({ datum_kwargs }) => datum_kwargs)),
  };
}

/** The same events in pages of exactly `size`, but for the last; a page never spans descriptors. */
export function* rechunkEventPages(pages: Iterable<EventPage>, size: number): Generator<EventPage, void, undefined> {
  if (!Number.isSafeInteger(size) || size < 1) {
    throw eventModelError("EventModelValueError", `pages have a whole number of events from 1 on, not ${size}`, {});
  }
  let rows: Event[] = [];
  for (const page of pages) {
    for (const event of eventsOf(page)) {
      if (rows.length === size || (rows[0] !== undefined && rows[0].descriptor !== event.descriptor)) {
        yield eventPageOf(rows);
        rows = [];
      }
      rows.push(event);
    }
  }
  if (rows.length > 0) yield eventPageOf(rows);
}

/** Events of the deprecated bulk form, by descriptor in order of appearance. */
export function* bulkEventsOf(bulk: BulkEvents): Generator<Event, void, undefined> {
  for (const events of Object.values(bulk)) if (Array.isArray(events)) yield* events;
}

export function* bulkDatumsOf(bulk: BulkDatum): Generator<Datum, void, undefined> {
  for (const [row, datum_id] of bulk.datum_ids.entries()) {
    yield { resource: bulk.resource, datum_id, datum_kwargs: bulk.datum_kwarg_list[row] ?? {} };
  }
}

function rowOf(columns: Rows | undefined, row: number): Record<string, unknown> {
  const cells: Record<string, unknown> = {};
  if (!isRecord(columns)) return cells;
  for (const key of Object.keys(columns)) {
    const column = columns[key];
    if (Array.isArray(column) && row < column.length) setOwn(cells, key, column[row]);
  }
  return cells;
}

function filledOf(columns: Rows | undefined, row: number): Record<string, boolean | string> {
  const cells: Record<string, boolean | string> = {};
  for (const [key, value] of Object.entries(rowOf(columns, row))) {
    if (typeof value === "boolean" || typeof value === "string") setOwn(cells, key, value);
  }
  return cells;
}

/** Keys in order of first appearance. */
function columnsOf(rows: readonly Cells[]): Record<string, unknown[]> {
  const columns: Record<string, unknown[]> = {};
  for (const row of rows) for (const key of Object.keys(row)) if (!Object.hasOwn(columns, key)) setOwn(columns, key, []);
  for (const key of Object.keys(columns)) columns[key]?.push(...rows.map((row) => ownValue(row, key) ?? null));
  return columns;
}
