import { createLimiter } from "@sonde/core/bytes";
import type { AssetHandler } from "../../handlers/types.js";
import { boxOf } from "../box.js";
import { printf } from "../file-template.js";
import { hdf5Files, readDataset, readRows, shapeOf } from "../hdf5-files.js";
import { framesPerPoint, text, wholeNumber } from "../kwargs.js";
import { shapeCheck } from "../shape-check.js";
import { stack } from "../stack.js";
import { folderOf } from "./ad-tiff.js";

/** One file, one dataset, `frame_per_point` frames a datum. */
function slices(spec: string, path: string): AssetHandler {
  return {
    spec,
    async open(resource, context) {
      const frames = framesPerPoint(resource.resource_kwargs, resource.uid);
      const files = hdf5Files(context);
      const check = shapeCheck(context, resource.uid);
      return {
        async read(datum, options) {
          const start = wholeNumber(datum, "point_number", resource.uid) * frames;
          const array = await readRows(files, { name: undefined, path }, { start, end: start + frames }, resource.uid, options);
          if (options.slice === undefined) check(array.shape);
          return array;
        },
        close: () => files.close(),
      };
    },
  };
}

const imagePath = "/entry/data/data";

/** `AD_HDF5`: the HDF5 plug-in of area detectors. */
export const areaDetectorHdf5 = slices("AD_HDF5", imagePath);
/** `AD_HDF5_SWMR`: the same, written while it may be read. */
export const areaDetectorHdf5Swmr = slices("AD_HDF5_SWMR", imagePath);
/** `TPX_HDF5`: Timepix. */
export const timepixHdf5 = slices("TPX_HDF5", "/entry/instrument/detector/data");

/** `AD_HDF5_SINGLE`: a file for each frame, named by a template of C. */
export const areaDetectorHdf5Single: AssetHandler = {
  spec: "AD_HDF5_SINGLE",
  async open(resource, context) {
    const { uid, resource_kwargs: kwargs } = resource;
    const frames = framesPerPoint(kwargs, uid);
    const template = text(kwargs, "template", uid);
    const filename = text(kwargs, "filename", uid);
    const path = text(kwargs, "key", uid, imagePath);
    const files = hdf5Files(context);
    return {
      async read(datum, options) {
        const first = wholeNumber(datum, "point_number", uid) * frames;
        const names = Array.from({ length: frames }, (_, k) => printf(template, [folderOf(context.path), filename, first + k], uid));
        const one = async (name: string, { signal, slice }: typeof options) => {
          const dataset = await files.dataset(name, path, { signal });
          return readDataset(dataset, boxOf(shapeOf(dataset, uid), slice, uid), { signal });
        };
        return stack(names, one, uid, createLimiter(), options);
      },
      close: () => files.close(),
    };
  },
};
