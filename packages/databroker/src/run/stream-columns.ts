import type { StreamColumns, Waiting } from "../catalog/types.js";
import { columnsOfDocuments } from "../files/documents-columns.js";
import type { RunContext } from "./context.js";

/** Columns as the store gives them, or out of the documents. */
export async function streamColumns(
  context: RunContext,
  query: { readonly stream: string; readonly fields: readonly string[] },
  options: Waiting,
): Promise<AsyncIterable<StreamColumns>> {
  options.signal.throwIfAborted();
  const short = await context.backend.columns?.(context.uid, query, options);
  return short ?? columnsOfDocuments(context.documents({ ...options, streams: [query.stream], fields: query.fields }), query);
}
