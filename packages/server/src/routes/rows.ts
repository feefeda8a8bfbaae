import { type Batches, type Stream, sondeError } from "@sonde/core";
import { projectSchema } from "@sonde/core/connector";
import { type Context, Hono } from "hono";
import { streamed } from "../answer.js";
import type { Serving } from "../app.js";
import { cacheHeaders, etagOf, matches, versionOf } from "../etag.js";
import { followQuestion, newestQuestion, type RowFormat, readQuestion, viewQuestion, windowQuestion } from "../question.js";
import { mediaType, piecesAs, rowsAs } from "../rows.js";
import { parametersOf, streamOf } from "./request.js";

/** Rows: as stored, in windows, as many as a plot has pixels, the newest, and those to come. */
export function rowRoutes(serving: Serving): Hono {
  const routes = new Hono();

  routes.get("/read", async (context) => {
    const { format, options } = readQuestion(parametersOf(context));
    return cachable(serving, context, format, options.version, (stream, more) => stream.read({ ...options, ...more }));
  });

  routes.get("/windows", async (context) => {
    const { format, options } = windowQuestion(parametersOf(context));
    return cachable(serving, context, format, options.version, (stream, more) => stream.windows({ ...options, ...more }));
  });

  routes.get("/view", async (context) => {
    const { format, options } = viewQuestion(parametersOf(context));
    return cachable(serving, context, format, options.version, (stream, more) => stream.view({ ...options, ...more }));
  });

  routes.get("/newest", async (context) => {
    const { format, rows, columns } = newestQuestion(parametersOf(context));
    const stream = await streamOf(serving.sources, context);
    return answer(serving, context, format, {}, async function* (signal) {
      const table = await stream.tail(rows, { signal, columns });
      yield* piecesAs(format, table, table.schema);
    });
  });

  // The schema is sent at once: the first row may be long in coming.
  routes.get("/follow", async (context) => {
    const question = followQuestion(parametersOf(context));
    const stream = await streamOf(serving.sources, context);
    if (!stream.supports("live")) throw sondeError("unsupported", `'${stream.id}' can't be followed`, { what: "live" });
    const { schema } = await stream.describe({ signal: context.req.raw.signal });
    const columns = projectSchema(schema, question.columns);
    return answer(serving, context, "arrow", {}, (signal) => piecesAs("arrow", stream.follow({ ...question, signal }), columns));
  });
  return routes;
}

type Pinned = { readonly signal: AbortSignal; readonly version?: string };

/** An answer that a cache may keep: its ETag is the version of the data, which is read at just that version where it can be. */
async function cachable(
  serving: Serving,
  context: Context,
  format: RowFormat,
  asked: string | undefined,
  rows: (stream: Stream, options: Pinned) => Batches,
): Promise<Response> {
  const stream = await streamOf(serving.sources, context);
  const version = await versionOf(stream, asked, context.req.raw.signal);
  const headers = cacheHeaders(version, asked !== undefined);
  if (version !== undefined && matches(context.req.header("if-none-match"), etagOf(version)))
    return new Response(null, { status: 304, headers });
  const pinned = version !== undefined && stream.supports("versions") ? { version } : {};
  return answer(serving, context, format, headers, (signal) => {
    const batches = rows(stream, { ...pinned, signal });
    // A table of none knows what columns there would be.
    return rowsAs(format, batches, async () => (await batches.table()).schema);
  });
}

function answer(
  { enter }: Serving,
  context: Context,
  format: RowFormat,
  headers: { readonly [name: string]: string },
  pieces: (signal: AbortSignal) => AsyncIterable<Uint8Array>,
): Promise<Response> {
  return streamed(pieces, {
    signal: context.req.raw.signal,
    headers: { "cache-control": "no-store", ...headers, "content-type": mediaType(format) },
    done: enter(),
  });
}
