import { sondeError } from "@sonde/core/bytes";
import type { AssetArray, AssetHandler } from "../../handlers/types.js";
import { hdf5Files, readRows } from "../hdf5-files.js";
import { framesPerPoint, wholeNumber } from "../kwargs.js";

const attributes = "/entry/instrument/NDAttributes";

/**
 * When each frame was taken, in seconds since 1990-01-01 UTC as EPICS counts them: whole seconds and nanoseconds of two datasets added up as
 * floats, as upstream's handler does. One value where a datum has one frame, without a dimension.
 */
function timestamps(spec: string): AssetHandler {
  return {
    spec,
    async open(resource, context) {
      const { uid } = resource;
      const frames = framesPerPoint(resource.resource_kwargs, uid);
      const files = hdf5Files(context);
      return {
        async read(datum, options) {
          const start = wholeNumber(datum, "point_number", uid) * frames;
          const rows = { start, end: start + frames };
          const part = (name: string) =>
            readRows(files, { name: undefined, path: `${attributes}/${name}` }, rows, uid, { signal: options.signal });
          const [seconds, nanoseconds] = await Promise.all([part("NDArrayEpicsTSSec"), part("NDArrayEpicsTSnSec")]);
          return added(seconds, nanoseconds, uid);
        },
        close: () => files.close(),
      };
    },
  };
}

function added(seconds: AssetArray, nanoseconds: AssetArray, key: string): AssetArray {
  if (seconds.data.length !== nanoseconds.data.length) {
    throw sondeError("format", `${key}: ${seconds.data.length} seconds and ${nanoseconds.data.length} nanoseconds: the file is damaged`, {
      key,
    });
  }
  const data = Float64Array.from({ length: seconds.data.length }, (_, k) => Number(seconds.data[k]) + Number(nanoseconds.data[k]) * 1e-9);
  return { shape: data.length === 1 ? [] : [data.length], data };
}

export const areaDetectorTimestamps = timestamps("AD_HDF5_TS");
export const areaDetectorSwmrTimestamps = timestamps("AD_HDF5_SWMR_TS");
