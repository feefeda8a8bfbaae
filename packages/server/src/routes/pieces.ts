import type { NdArray } from "@sonde/core";
import { arraysSchema, arrayToBatch } from "@sonde/core/wire";
import { Hono } from "hono";
import { streamed } from "../answer.js";
import type { Serving } from "../app.js";
import { arrayQuestion, required, withinQuestion } from "../question.js";
import { mediaType, rowsAs } from "../rows.js";
import { list } from "./catalog.js";
import { parametersOf, streamOf } from "./request.js";

/** What is no table of rows: images and other arrays, the objects as stored, what changed between versions. */
export function pieceRoutes({ sources, enter }: Serving): Hono {
  const routes = new Hono();

  routes.get("/arrays", async (context) => {
    const question = arrayQuestion(parametersOf(context));
    const stream = await streamOf(sources, context);
    const headers = { "content-type": mediaType("arrow"), "cache-control": "no-store" };
    const options = { signal: context.req.raw.signal, headers, done: enter() };
    return streamed((signal) => rowsAs("arrow", batches(stream.arrays({ ...question, signal })), () => arraysSchema), options);
  });

  routes.get("/objects", async (context) => {
    const { within } = withinQuestion(parametersOf(context));
    const stream = await streamOf(sources, context);
    return list(context.req.raw.signal, enter(), async function* (signal) {
      for await (const { key, range, bytes, metadata } of stream.objects({ ...within, signal })) yield { key, range, bytes, metadata };
    });
  });

  routes.get("/object", async (context) => {
    const key = required(parametersOf(context), "key");
    const stream = await streamOf(sources, context);
    const bytes = await stream.object(key, { signal: context.req.raw.signal });
    return new Response(new Uint8Array(bytes), { headers: { "content-type": "application/octet-stream", "cache-control": "no-store" } });
  });

  routes.get("/changes", async (context) => {
    const parameters = parametersOf(context);
    const from = required(parameters, "from");
    const to = parameters.get("to") ?? undefined;
    const stream = await streamOf(sources, context);
    return list(context.req.raw.signal, enter(), (signal) => stream.changes({ from, to, signal }));
  });
  return routes;
}

async function* batches(arrays: AsyncIterable<NdArray>) {
  for await (const array of arrays) yield arrayToBatch(array);
}
