import type { DocumentPair } from "./documents.js";
import { bulkDatumsOf, bulkEventsOf, datumsOf, eventsOf } from "./pages.js";

/** A document with its pages and bulks taken apart: events and datums one by one, everything else as it is. */
export function* unpacked(pair: DocumentPair): Generator<DocumentPair, void, undefined> {
  switch (pair[0]) {
    case "event_page":
      for (const event of eventsOf(pair[1])) yield ["event", event];
      return;
    case "bulk_events":
      for (const event of bulkEventsOf(pair[1])) yield ["event", event];
      return;
    case "datum_page":
      for (const datum of datumsOf(pair[1])) yield ["datum", datum];
      return;
    case "bulk_datum":
      for (const datum of bulkDatumsOf(pair[1])) yield ["datum", datum];
      return;
    default:
      yield pair;
  }
}
