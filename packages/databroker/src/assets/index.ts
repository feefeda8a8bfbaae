import type { AssetHandler, StreamAssetHandler } from "../handlers/types.js";
import { areaDetectorHdf5, areaDetectorHdf5Single, areaDetectorHdf5Swmr, timepixHdf5 } from "./handlers/ad-hdf5.js";
import { areaDetectorTiff } from "./handlers/ad-tiff.js";
import { areaDetectorSwmrTimestamps, areaDetectorTimestamps } from "./handlers/ad-timestamps.js";
import { eigerHandlers } from "./handlers/eiger.js";
import { npySequence, npyStream } from "./handlers/npy-sequence.js";
import { hdf5Stream } from "./handlers/stream-hdf5.js";
import { tiffFileStream, tiffStream } from "./handlers/stream-tiff.js";
import { bulkHandlers, xspress3 } from "./handlers/xspress3.js";

export { assetContexts } from "./contexts.js";

/** Handlers of resources that need no registering. */
export const builtInHandlers: readonly AssetHandler[] = [
  npySequence,
  areaDetectorTiff,
  areaDetectorHdf5,
  areaDetectorHdf5Swmr,
  areaDetectorHdf5Single,
  areaDetectorTimestamps,
  areaDetectorSwmrTimestamps,
  timepixHdf5,
  ...eigerHandlers,
  xspress3,
  ...bulkHandlers,
];

/** Handlers of stream resources that need no registering. */
export const builtInStreamHandlers: readonly StreamAssetHandler[] = [hdf5Stream, tiffStream, tiffFileStream, npyStream];
