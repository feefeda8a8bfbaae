import { type Source, sondeError } from "@sonde/core";
import type { CollectionQuery } from "@sonde/core/connector";
import { descriptionToWire, fromWireJson, linesOf, streamToWire, toWireJson } from "@sonde/core/wire";
import { Hono } from "hono";
import { jsonAnswer, streamed } from "../answer.js";
import type { Serving } from "../app.js";
import { withinQuestion } from "../question.js";
import { abilitiesOf, sourceOf } from "../sources.js";
import { parametersOf, streamOf } from "./request.js";

/** What there is: sources, streams, collections, and what a stream says of itself. */
export function catalogRoutes({ sources, enter }: Serving): Hono {
  const routes = new Hono();
  routes.get("/sources", () => jsonAnswer(toWireJson(Object.entries(sources).map(([name, source]) => sourceInfo(name, source)))));

  routes.get("/streams", (context) => {
    const parameters = parametersOf(context);
    const source = sourceOf(sources, parameters.get("source") ?? undefined);
    const [collection, name] = [parameters.get("collection"), parameters.get("name")];
    const query = { ...(collection === null ? {} : { collection }), ...(name === null ? {} : { name }) };
    return list(context.req.raw.signal, enter(), async function* (signal) {
      for await (const stream of source.streams({ ...query, signal })) yield await streamToWire(stream, abilitiesOf(stream));
    });
  });

  routes.get("/stream", async (context) => {
    const stream = await streamOf(sources, context);
    return jsonAnswer(toWireJson(await streamToWire(stream, abilitiesOf(stream))));
  });

  routes.get("/description", async (context) => {
    const stream = await streamOf(sources, context);
    return jsonAnswer(JSON.stringify(await descriptionToWire(await stream.describe({ signal: context.req.raw.signal }))));
  });

  routes.get("/collections", (context) => {
    const parameters = parametersOf(context);
    const source = sourceOf(sources, parameters.get("source") ?? undefined);
    const { within, extra } = withinQuestion(parameters, ["where"]);
    const where = extra.where === undefined ? {} : { where: whereOf(extra.where) };
    return list(context.req.raw.signal, enter(), (signal) => source.collections({ ...within, ...where, signal }));
  });
  return routes;
}

function whereOf(text: string): NonNullable<CollectionQuery["where"]> {
  try {
    const value = fromWireJson(text);
    if (typeof value === "object" && value !== null && !Array.isArray(value)) return value as NonNullable<CollectionQuery["where"]>; // an object of Json
  } catch {
    // As for what is no object.
  }
  throw sondeError("options", `where is JSON such as {"plan_name":"scan"}`, { issues: [{ path: "where", message: "expected an object" }] });
}

/** A list that comes piece by piece; its end, or its error, is its last line. */
export function list(signal: AbortSignal, done: () => void, items: (signal: AbortSignal) => AsyncIterable<unknown>): Promise<Response> {
  const headers = { "content-type": "application/x-ndjson", "cache-control": "no-cache" };
  return streamed((own) => linesOf(items(own)), { signal, headers, done });
}

function sourceInfo(name: string, source: Source) {
  const abilities = (["collections", "create"] as const).filter((ability) => source.supports(ability));
  return { name, connector: source.connector, info: source.info, abilities };
}
