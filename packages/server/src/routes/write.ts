import { fromIPC, sondeError } from "@sonde/core";
import { createLimiter, readBody } from "@sonde/core/bytes";
import { fromWireJson, metadataSchema, schemaFromWire, streamToWire, toWireJson } from "@sonde/core/wire";
import { type Context, Hono } from "hono";
import * as z from "zod";
import { jsonAnswer } from "../answer.js";
import type { Serving } from "../app.js";
import { abilitiesOf, sourceOf } from "../sources.js";
import { parametersOf, streamOf } from "./request.js";

const newStream = z.strictObject({
  name: z.string(),
  collection: z.string().optional(),
  kind: z.enum(["series", "events", "frames"]).optional(),
  metadata: metadataSchema.optional(),
  schema: z.string(),
});

/** New streams, rows and metadata. Everything here is a POST of a type that no form sends. */
export function writeRoutes({ sources, maxBody }: Serving): Hono {
  const routes = new Hono();
  const body = (context: Context, type: string) => bodyOf(context, type, maxBody);

  routes.post("/create", async (context) => {
    const source = sourceOf(sources, parametersOf(context).get("source") ?? undefined);
    const { data, error } = newStream.safeParse(fromWireJson(new TextDecoder().decode(await body(context, "application/json"))));
    if (error) throw sondeError("options", `no stream can be made of this: ${z.prettifyError(error)}`, {});
    const { schema, ...info } = data;
    const stream = await source.create(defined(info), schemaFromWire(schema), { signal: context.req.raw.signal });
    return jsonAnswer(toWireJson(await streamToWire(stream, abilitiesOf(stream))));
  });

  routes.post("/append", async (context) => {
    const stream = await streamOf(sources, context);
    const table = fromIPC(await body(context, "application/vnd.apache.arrow.stream"));
    await stream.append(table, { signal: context.req.raw.signal });
    return new Response(null, { status: 204 });
  });

  routes.post("/annotate", async (context) => {
    const stream = await streamOf(sources, context);
    const { data, error } = metadataSchema.safeParse(fromWireJson(new TextDecoder().decode(await body(context, "application/json"))));
    if (error) throw sondeError("options", "metadata are an object", {});
    await stream.annotate(data, { signal: context.req.raw.signal });
    return new Response(null, { status: 204 });
  });
  return routes;
}

async function bodyOf(context: Context, type: string, maxBytes: number): Promise<Uint8Array> {
  if (context.req.header("content-type")?.split(";")[0] !== type) {
    throw sondeError("options", `this question takes a body of ${type}`, {
      issues: [{ path: "content-type", message: `expected ${type}` }],
    });
  }
  const { raw } = context.req;
  const limiter = createLimiter({ maxBytes });
  return readBody(new Response(raw.body, { headers: raw.headers }), limiter, { signal: raw.signal, what: "the body" });
}

function defined<T extends object>(value: T): { [K in keyof T]: Exclude<T[K], undefined> } {
  // zod leaves absent members undefined; these are dropped.
  return Object.fromEntries(Object.entries(value).filter(([, item]) => item !== undefined)) as {
    [K in keyof T]: Exclude<T[K], undefined>;
  };
}
