import { sondeError, toIPC } from "@sonde/core";
import {
  type ArrayQuery,
  type Call,
  fieldInfo,
  projectBatch,
  type ReadQuery,
  type RecordBatch,
  type Statistic,
  type StoredObject,
  type StreamDriver,
  type TimeRange,
} from "@sonde/core/connector";
import { arraysOf, descriptionFromWire, metadataSchema, toWireJson, type WireStream } from "@sonde/core/wire";
import * as z from "zod";
import type { Decoders } from "./options.js";
import type { Parameters, Transport } from "./transport.js";

/** A stream of the other side. What it can do here is what it can do there; windows it has always, made next to the data. */
export function remoteStream(transport: Transport, source: string, wire: WireStream, decoders: Decoders): StreamDriver {
  const { abilities, ...info } = wire;
  const here = { source, stream: info.id };
  const can = (ability: WireStream["abilities"][number]) => abilities.includes(ability);
  const rows = (path: string, parameters: Parameters, call: Call, patient = false) =>
    transport.batches({ path, parameters: { ...here, ...parameters }, patient }, call);
  const describe = async (call: Call) => descriptionFromWire(await transport.json({ path: "description", parameters: here }, call));

  return {
    ...info,
    describe,
    read: (query, call) => rows("read", ofRead(query), call),
    decode(field, cell) {
      const { encoding = "" } = fieldInfo(field);
      if (encoding === "json") return fromJson(cell);
      return cell instanceof Uint8Array && Object.hasOwn(decoders, encoding) ? decoders[encoding]?.(cell) : cell;
    },
    windows: {
      statistics: ["min", "max", "mean", "stddev", "count", "sum", "median"],
      widths: "any",
      async *read({ width, statistics, ...query }, call) {
        // The server counts whether asked or not.
        for await (const batch of rows("windows", { ...ofRead(query), width, statistic: statistics }, call))
          yield chosen(batch, statistics);
      },
    },
    ...(can("overview") && { overview: { read: ({ level, ...query }, call) => rows("read", { ...ofRead(query), level }, call) } }),
    ...(can("newest") && { newest: { read: (query, call) => rows("newest", { rows: query.rows, ...ofColumns(query.columns) }, call) } }),
    ...(can("arrays") && {
      arrays: {
        async *read(query, call) {
          for await (const batch of rows("arrays", ofArrays(query), call)) yield* arraysOf(batch);
        },
      },
    }),
    ...(can("objects") && {
      objects: {
        async *list(range, call) {
          const question = { path: "objects", parameters: { ...here, ...range } };
          for await (const item of transport.lines(question, call)) yield objectOf(item);
        },
        get: (key, call) => transport.bytes({ path: "object", parameters: { ...here, key } }, call),
      },
    }),
    ...(can("versions") && {
      versions: {
        async current(call) {
          const { version } = await describe(call);
          if (version === undefined)
            throw sondeError("contract", `'${info.id}' has versions, but does not say its own`, { rule: "versions" });
          return version;
        },
        ...(can("changes") && {
          async *changes(from, to, call) {
            const question = { path: "changes", parameters: { ...here, from, to } };
            for await (const item of transport.lines(question, call)) yield rangeOf(item);
          },
        }),
      },
    }),
    ...(can("live") && { live: { follow: ({ from, columns }, call) => rows("follow", { from, ...ofColumns(columns) }, call, true) } }),
    ...(can("append") && {
      append: {
        async rows(batch, call) {
          const body = { type: "application/vnd.apache.arrow.stream", bytes: await toIPC([batch]) };
          await transport.bytes({ path: "append", parameters: here, body }, call);
        },
        ...(can("annotate") && {
          async annotate(metadata, call) {
            const body = { type: "application/json", bytes: new TextEncoder().encode(toWireJson(metadata)) };
            await transport.bytes({ path: "annotate", parameters: here, body }, call);
          },
        }),
      },
    }),
  };
}

/** The columns that hold what was asked for, and the time. */
function chosen(batch: RecordBatch, statistics: readonly Statistic[]): RecordBatch {
  const asked = batch.schema.fields.filter((field) => statistics.some((one) => one === fieldInfo(field).statistic));
  return projectBatch(
    batch,
    asked.map(({ name }) => name),
  );
}

function fromJson(cell: unknown): unknown {
  return JSON.parse(cell instanceof Uint8Array ? new TextDecoder().decode(cell) : String(cell));
}

function ofRead({ range, columns, version }: ReadQuery): Parameters {
  return { start: range?.start, end: range?.end, ...ofColumns(columns), version };
}

/** No columns is a question of its own: the times. */
function ofColumns(columns: readonly string[] | undefined): Parameters {
  return columns?.length === 0 ? { only: "time" } : { column: columns };
}

function ofArrays({ range, field, refs, slice, level }: ArrayQuery): Parameters {
  return { start: range?.start, end: range?.end, field, ref: refs, slice: slice && JSON.stringify(slice), level };
}

const range = z.object({ start: z.bigint(), end: z.bigint() });
const storedObject = z.object({
  key: z.string(),
  range: range.optional(),
  bytes: z.number().optional(),
  metadata: metadataSchema.optional(),
});

function rangeOf(item: unknown): TimeRange {
  return checked(range, item);
}

function objectOf(item: unknown): StoredObject {
  const { key, range: of, bytes, metadata } = checked(storedObject, item);
  return { key, ...(of && { range: of }), ...(bytes !== undefined && { bytes }), ...(metadata && { metadata }) };
}

function checked<S extends z.ZodType>(schema: S, item: unknown): z.output<S> {
  const { data, error } = schema.safeParse(item);
  if (error) throw sondeError("format", "an item of the answer is not what was asked for: is this the address of a Sonde server?", {});
  return data;
}
