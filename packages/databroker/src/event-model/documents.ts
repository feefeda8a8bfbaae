/**
 * The documents of Bluesky's event model, all versions: what is required, and what is typed where it is there. Keys that are not
 * named here are kept, as everywhere in the model. Source: event-model 1.24, `event_model/documents`.
 *
 * @module
 */

import * as z from "zod";
import { dataKey } from "./data-key.js";

const id = z.string().min(1);
/** Seconds since the Unix epoch, as the instrument's clock wrote them: {@link nanosOf} gives nanoseconds. */
const seconds = z.number();
/** Columns by data key. Values are whatever the device said: numbers, text, arrays, datum ids. */
const cells = z.record(z.string(), z.unknown());
const rows = z.record(z.string(), z.array(z.unknown()));
const whole = z.union([z.int(), z.bigint()]);

const linked = { type: z.literal("linked"), stream: z.string(), field: z.string() };
const projected = z.union([
  z.looseObject({ ...linked, location: z.literal("event") }),
  z.looseObject({ ...linked, location: z.literal("configuration"), config_device: z.string(), config_index: z.int() }),
  z.looseObject({
    type: z.literal("calculated"),
    location: z.literal("event"),
    stream: z.string(),
    field: z.string(),
    calculation: z.looseObject({ callable: z.string(), args: z.array(z.unknown()).optional(), kwargs: cells.optional() }),
  }),
  z.looseObject({ type: z.literal("static"), value: z.unknown() }),
]);

export const runStart = z.looseObject({
  uid: id,
  time: seconds,
  /** Counted by the instrument, not unique. */
  scan_id: whole.optional(),
  sample: z.union([z.string(), z.record(z.string(), z.unknown())]).optional(),
  project: z.string().optional(),
  owner: z.string().optional(),
  group: z.string().optional(),
  data_session: z.string().optional(),
  data_groups: z.array(z.string()).optional(),
  data_type: z.unknown().optional(),
  /** `dimensions`: the independent axes, slow to fast, each its fields and the stream that has them. */
  hints: z.looseObject({ dimensions: z.array(z.tuple([z.unknown(), z.string()])).optional() }).optional(),
  projections: z
    .array(
      z.looseObject({
        name: z.string().optional(),
        version: z.string(),
        configuration: z.record(z.string(), z.unknown()),
        projection: z.record(z.string(), projected),
      }),
    )
    .optional(),
  plan_name: z.string().optional(),
  detectors: z.array(z.string()).optional(),
  motors: z.array(z.string()).nullish(),
  num_points: whole.optional(),
});
export type RunStart = Readonly<z.infer<typeof runStart>>;

export const runStop = z.looseObject({
  uid: id,
  time: seconds,
  run_start: id,
  exit_status: z.enum(["success", "abort", "fail"]),
  reason: z.string().optional(),
  /** Events by stream. */
  num_events: z.record(z.string(), whole).optional(),
  data_type: z.unknown().optional(),
});
export type RunStop = Readonly<z.infer<typeof runStop>>;

const configuration = z.looseObject({
  data: cells,
  timestamps: cells,
  data_keys: z.record(z.string(), dataKey),
});

export const eventDescriptor = z.looseObject({
  uid: id,
  time: seconds,
  run_start: id,
  data_keys: z.record(z.string(), dataKey),
  /** The stream. Very old data leave it out: {@link streamNameOf}. */
  name: z.string().optional(),
  /** Data keys by device. */
  object_keys: z.record(z.string(), z.array(z.string())).optional(),
  object_classes: z.record(z.string(), z.string()).optional(),
  hints: z.record(z.string(), z.looseObject({ fields: z.array(z.string()).optional(), NX_class: z.string().optional() })).optional(),
  /** By device. */
  configuration: z.record(z.string(), configuration).optional(),
});
export type EventDescriptor = Readonly<z.infer<typeof eventDescriptor>>;

export const event = z.strictObject({
  uid: id,
  descriptor: id,
  /** Counts from 1 in each stream; may repeat where a plan was paused and rewound: the later in time holds. */
  seq_num: whole,
  time: seconds,
  data: cells,
  timestamps: cells,
  /** Of external keys: false where `data` holds a datum id, the datum id where it was replaced by what it names. */
  filled: z.record(z.string(), z.union([z.boolean(), z.string()])).optional(),
});
export type Event = Readonly<z.infer<typeof event>>;

/** Events of one descriptor by columns. */
export const eventPage = z.strictObject({
  descriptor: id,
  uid: z.array(id),
  seq_num: z.array(whole),
  time: z.array(seconds),
  data: rows,
  timestamps: rows,
  filled: z.record(z.string(), z.array(z.union([z.boolean(), z.string(), z.null()]))).optional(),
});
export type EventPage = Readonly<z.infer<typeof eventPage>>;

export const resource = z.looseObject({
  uid: id,
  spec: z.string(),
  root: z.string(),
  resource_path: z.string(),
  resource_kwargs: cells,
  path_semantics: z.enum(["posix", "windows"]).optional(),
  run_start: z.string().optional(),
});
export type Resource = Readonly<z.infer<typeof resource>>;

export const datum = z.strictObject({ datum_id: id, resource: id, datum_kwargs: cells });
export type Datum = Readonly<z.infer<typeof datum>>;

export const datumPage = z.strictObject({ resource: id, datum_id: z.array(id), datum_kwargs: rows });
export type DatumPage = Readonly<z.infer<typeof datumPage>>;

/** Since 1.21 `mimetype`, `uri` and `parameters`; 1.19 and 1.20 wrote the members of a resource. */
export const streamResource = z.looseObject({
  uid: id,
  data_key: z.string(),
  mimetype: z.string().optional(),
  uri: z.string().optional(),
  parameters: cells.optional(),
  spec: z.string().optional(),
  root: z.string().optional(),
  resource_path: z.string().optional(),
  resource_kwargs: cells.optional(),
  run_start: z.string().optional(),
});
export type StreamResource = Readonly<z.infer<typeof streamResource>>;

/** Half open. */
const extent = z.looseObject({ start: z.int(), stop: z.int() });

export const streamDatum = z.looseObject({
  uid: id,
  stream_resource: id,
  /** Empty before the descriptor is known. */
  descriptor: z.string(),
  /** Rows of the resource. */
  indices: extent,
  /** The events that they belong to; fewer than `indices` where an event has several frames. */
  seq_nums: extent,
});
export type StreamDatum = Readonly<z.infer<typeof streamDatum>>;

/** Deprecated: events by whatever key. */
export const bulkEvents = z.record(z.string(), z.array(event));
export type BulkEvents = Readonly<z.infer<typeof bulkEvents>>;
/** Deprecated. */
export const bulkDatum = z.looseObject({
  resource: id,
  datum_ids: z.array(id),
  datum_kwarg_list: z.array(cells),
});
export type BulkDatum = Readonly<z.infer<typeof bulkDatum>>;

/** Schemas by the names that documents travel under. */
export const documentSchemas = {
  start: runStart,
  stop: runStop,
  descriptor: eventDescriptor,
  event,
  event_page: eventPage,
  datum,
  datum_page: datumPage,
  resource,
  stream_resource: streamResource,
  stream_datum: streamDatum,
  bulk_events: bulkEvents,
  bulk_datum: bulkDatum,
} as const;

export type DocumentName = keyof typeof documentSchemas;
export type DocumentOf<Name extends DocumentName> = Readonly<z.infer<(typeof documentSchemas)[Name]>>;
/** A document with its name, narrowed by it. */
export type DocumentPair = { readonly [Name in DocumentName]: readonly [name: Name, document: DocumentOf<Name>] }[DocumentName];
