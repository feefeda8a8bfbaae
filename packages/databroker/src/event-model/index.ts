export {
  type ComposedResource,
  type ComposedRun,
  type ComposedStream,
  type ComposedStreamResource,
  type ComposeOptions,
  composeRun,
  type DataKeyInput,
  type DescriptorInput,
  type ResourceInput,
  type StreamResourceInput,
} from "./compose.js";
export { type DataKey, dataKey, externalKind } from "./data-key.js";
export {
  type BulkDatum,
  type BulkEvents,
  bulkDatum,
  bulkEvents,
  type Datum,
  type DatumPage,
  type DocumentName,
  type DocumentOf,
  type DocumentPair,
  datum,
  datumPage,
  documentSchemas,
  type Event,
  type EventDescriptor,
  type EventPage,
  event,
  eventDescriptor,
  eventPage,
  type Resource,
  type RunStart,
  type RunStop,
  resource,
  runStart,
  runStop,
  type StreamDatum,
  type StreamResource,
  streamDatum,
  streamResource,
} from "./documents.js";
export { type EventModelError, type EventModelErrorName, eventModelError, isEventModelError } from "./errors.js";
export { orderDocuments } from "./order.js";
export { bulkDatumsOf, bulkEventsOf, datumPageOf, datumsOf, eventPageOf, eventsOf, rechunkEventPages } from "./pages.js";
export { type DocumentCallbacks, RunRouter, routeDocument } from "./router.js";
export { nanosOf, secondsOf } from "./seconds.js";
export { streamNameOf } from "./stream-name.js";
export { unpacked } from "./unpack.js";
export { asDocument, type Issue, isDocumentName, issuesOf, type Validation, validateDocument } from "./validate.js";
