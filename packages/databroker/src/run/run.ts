import { many } from "@sonde/core/connector";
import type { CatalogParts } from "../catalog/catalog.js";
import type { RunHeader } from "../catalog/types.js";
import { eventModelError } from "../event-model/errors.js";
import { inspectable } from "../inspectable.js";
import { waiting } from "../waiting.js";
import { exportRun } from "../write/export.js";
import { type RunContext, runContext } from "./context.js";
import { configurationOf, devicesOf, fieldsOf, streamsOf } from "./describe.js";
import { runDocuments } from "./documents.js";
import { eventArrays } from "./event-arrays.js";
import { runEvents } from "./events.js";
import { imagesOf } from "./images.js";
import { runText } from "./print.js";
import { runCells, tableOfCells, tableOfRuns } from "./table.js";
import type { Run, TableOptions } from "./types.js";
import { runValues } from "./values.js";

/** Runs made here, by what they are made of. */
const contexts = new WeakMap<Run, RunContext>();

export function createRun(header: RunHeader, { backend, handlers }: CatalogParts): Run {
  const context = runContext(header, backend, handlers);
  const run: Run = {
    uid: header.start.uid,
    start: header.start,
    ...(header.stop === undefined ? {} : { stop: header.stop }),
    descriptors: (options) => context.descriptors(waiting(options)),
    streams: async (options) => streamsOf(await context.descriptors(waiting(options))),
    fields: async (options) => fieldsOf(await context.descriptors(waiting(options)), options?.stream),
    devices: async (options) => devicesOf(await context.descriptors(waiting(options))),
    configuration: async (device, options) => configurationOf(await context.descriptors(waiting(options)), device),
    documents: (options = {}) =>
      many(() => runDocuments(context, { ...waiting(options), streams: options.streams, fill: options.fill ?? "no" })),
    events: (options = {}) => many(() => runEvents(context, { ...options, ...waiting(options) })),
    table: async (options = {}) => tableOfCells(await runCells(context, { ...options, ...waiting(options) })),
    images: (field, options) =>
      imagesOf(field, async (call) => eventArrays(context, options?.stream ?? (await streamWith(context, field, call)), field, call)),
    data: (field, options) =>
      many(async function* () {
        const call = waiting(options);
        yield* runValues(context, options?.stream ?? (await streamWith(context, field, call)), field, call);
      }),
    export: (path, options = {}) => exportRun(run, path, { ...options, ...waiting(options) }),
  };
  contexts.set(run, context);
  return inspectable(run, () => runText(header));
}

/** The stream that has a field: `primary` where it does, else the first. */
async function streamWith(context: RunContext, field: string, options: { readonly signal: AbortSignal }): Promise<string> {
  const fields = fieldsOf(await context.descriptors(options), undefined);
  const streams = fields.filter(({ name }) => name === field).map(({ stream }) => stream);
  const [first] = streams;
  if (streams.includes("primary")) return "primary";
  if (first !== undefined) return first;
  const images = fields.filter(({ image }) => image).map(({ name }) => name);
  const there =
    images.length === 0
      ? `fields are ${[...new Set(fields.map(({ name }) => name))].join(", ") || "none"}`
      : `images are ${images.join(", ")}`;
  throw eventModelError("EventModelKeyError", `run ${context.uid} has no field '${field}': its ${there}`, { id: field });
}

/**
 * One table of several runs, in the order given, with a column `run` of their uids. Runs that have no such stream are left out; what a run has not is null.
 *
 * @example
 * ```ts
 * const table = await runsTable(await catalog.slice(-5), { columns: ["det"] });
 * ```
 */
export async function runsTable(runs: Iterable<Run> | AsyncIterable<Run>, options: TableOptions = {}): ReturnType<Run["table"]> {
  const parts: { readonly uid: string; readonly cells: Awaited<ReturnType<typeof runCells>> }[] = [];
  const call = waiting(options);
  for await (const run of runs) {
    const context = contexts.get(run);
    if (context === undefined) throw eventModelError("EventModelValueError", "this run was made by another copy of @sonde/databroker", {});
    const streams = streamsOf(await context.descriptors(call));
    if (streams.includes(options.stream ?? "primary"))
      parts.push({ uid: run.uid, cells: await runCells(context, { ...options, ...call }) });
  }
  return tableOfRuns(parts);
}
