import type { Stream } from "@sonde/core";
import type { Context } from "hono";
import { required } from "../question.js";
import { type Sources, sourceOf } from "../sources.js";

/** The parameters of the address, repeated ones included. */
export function parametersOf(context: Context): URLSearchParams {
  return new URL(context.req.url).searchParams;
}

/** The stream that `source=…&stream=…` names. Rejects `not-found`. */
export async function streamOf(sources: Sources, context: Context): Promise<Stream> {
  const parameters = parametersOf(context);
  const source = sourceOf(sources, parameters.get("source") ?? undefined);
  return source.stream(required(parameters, "stream"), { signal: context.req.raw.signal });
}
