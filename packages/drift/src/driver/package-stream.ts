import { type Field, fieldInfo, type StreamDriver } from "@sonde/core/connector";
import type { DriftPackage } from "../package/package.js";
import type { DriverContext } from "./context.js";
import { arraysOf, imageFields } from "./images.js";
import { objectsOf } from "./objects.js";
import { recordMembers } from "./records.js";
import { seriesMembers } from "./series.js";

/** The packages of one topic: what they hold is what the newest holds. */
export function packageStream(context: DriverContext, topic: string, newest: DriftPackage): StreamDriver {
  const parts = { topic, newest };
  const labels = Object.fromEntries(newest.labels);
  const base = {
    id: topic,
    name: topic,
    metadata: { content: newest.kind, inferred: true, newest: newest.name, ...(newest.labels.size === 0 ? {} : { labels }) },
    objects: objectsOf(context, parts),
  };
  if (newest.kind === "time-series") return { ...base, ...seriesMembers(context, parts) };
  const records = recordMembers(context, parts);
  if (newest.kind === "aligned" || newest.kind === "typed") return { ...base, ...records, decode: decodeJson };
  if (newest.kind !== "image") return { ...base, ...records };
  return { ...base, ...records, arrays: arraysOf(context, parts, imageFields(Math.max(1, newest.images().length))) };
}

/** Documents are stored as JSON, which the driver itself wrote. */
function decodeJson(field: Field, cell: unknown): unknown {
  return fieldInfo(field).encoding === "json" && typeof cell === "string" ? JSON.parse(cell) : cell;
}
