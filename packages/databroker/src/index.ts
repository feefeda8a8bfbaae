export { memoryCatalog, type OpenOptions, openCatalog } from "./catalog/open.js";
export { catalogOver } from "./catalog/over.js";
export type {
  CatalogBackend,
  Facet,
  FrameSource,
  InsertOptions,
  ListQuery,
  RunCatalog,
  RunHeader,
  RunQuery,
  StreamColumns,
  Waiting,
} from "./catalog/types.js";
export { databroker } from "./connector.js";
export type {
  AssetArray,
  AssetContext,
  AssetHandler,
  AssetReader,
  AssetReadOptions,
  StreamAssetHandler,
  StreamAssetReader,
} from "./handlers/types.js";
export { type CatalogOptions, type DatabrokerInput, type DatabrokerOptions, databrokerOptions } from "./options.js";
export { runsTable } from "./run/run.js";
export type { Configuration, DocumentOptions, EventOptions, FieldSummary, Fill, Images, Run, RunEvent, TableOptions } from "./run/types.js";
export { encodeRun, exportPack } from "./write/export.js";
