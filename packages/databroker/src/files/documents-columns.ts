import type { StreamColumns } from "../catalog/types.js";
import type { DocumentPair } from "../event-model/documents.js";
import { streamNameOf } from "../event-model/stream-name.js";
import { unpacked } from "../event-model/unpack.js";
import { addEvent, columnsOf, StreamBuilder } from "./column-builder.js";

const batchRows = 65_536;

/** The columns of a stream out of any documents, for stores that have no shorter way. */
export async function* columnsOfDocuments(
  documents: AsyncIterable<DocumentPair>,
  query: { readonly stream: string; readonly fields: readonly string[] },
): AsyncGenerator<StreamColumns, void, undefined> {
  const wanted = new Set<string>();
  let builder = new StreamBuilder(query.fields);
  try {
    for await (const document of documents) {
      for (const [name, item] of unpacked(document)) {
        if (name === "descriptor" && streamNameOf(item) === query.stream) wanted.add(item.uid);
        if (name === "event" && wanted.has(item.descriptor)) addEvent(builder, item);
      }
      if (builder.rows < batchRows) continue;
      yield columnsOf(builder);
      builder = new StreamBuilder(query.fields);
    }
  } catch (error) {
    // What is complete before the damage is delivered.
    if (builder.rows > 0) yield columnsOf(builder);
    throw error;
  }
  if (builder.rows > 0) yield columnsOf(builder);
}
