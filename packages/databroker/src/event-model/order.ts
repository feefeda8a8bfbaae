import type { DocumentName, DocumentPair } from "./documents.js";

const rank: { readonly [Name in DocumentName]: number } = {
  start: 0,
  descriptor: 1,
  resource: 2,
  stream_resource: 2,
  datum: 3,
  datum_page: 3,
  bulk_datum: 3,
  event: 4,
  event_page: 4,
  bulk_events: 4,
  stream_datum: 4,
  stop: 5,
};

/**
 * The documents of one run in an order that every reader stands: the start, what others refer to before them (descriptors, resources,
 * datums), events by their time, the stop. Equals keep their order.
 */
export function orderDocuments(documents: readonly DocumentPair[]): DocumentPair[] {
  return documents
    .map((pair, index) => ({ pair, index, rank: rank[pair[0]], time: timeOf(pair) }))
    .sort((a, b) => a.rank - b.rank || a.time - b.time || a.index - b.index)
    .map(({ pair }) => pair);
}

/** Only events are put in order of time; a page stands where its first event does. */
function timeOf([name, document]: DocumentPair): number {
  const time = name === "event" ? document.time : name === "event_page" ? document.time[0] : undefined;
  return typeof time === "number" && !Number.isNaN(time) ? time : Number.NEGATIVE_INFINITY;
}
