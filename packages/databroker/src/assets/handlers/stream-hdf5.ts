import { createLimiter, sondeError } from "@sonde/core/bytes";
import type { AssetArray, AssetReadOptions, StreamAssetHandler } from "../../handlers/types.js";
import { boxOf } from "../box.js";
import { fileName } from "../file-template.js";
import { hdf5Files, readDataset, readRows, shapeOf } from "../hdf5-files.js";
import { optionalWholeNumber, text } from "../kwargs.js";
import { stack } from "../stack.js";
import { asEvents, rowsPerIndex } from "./rows-per-index.js";

/** HDF5 as streams: one dataset that grows, or, with a template, a file for each index. */
export const hdf5Stream: StreamAssetHandler = {
  mimetype: "application/x-hdf5",
  async open(resource, context) {
    const { uid } = resource;
    const parameters = resource.parameters ?? resource.resource_kwargs ?? {};
    const path = text(parameters, "dataset", uid, text(parameters, "path", uid, "/entry/data/data"));
    const multiplier = optionalWholeNumber(parameters, "multiplier", uid);
    for (const name of ["slice", "squeeze"]) {
      if (Object.hasOwn(parameters, name) && parameters[name]) {
        throw sondeError("unsupported", `${uid}: streams with the parameter ${name} are not read`, {
          what: `the parameter ${name} of HDF5 streams`,
        });
      }
    }
    const files = hdf5Files(context);
    if (Object.hasOwn(parameters, "template")) {
      const template = text(parameters, "template", uid);
      const filename = text(parameters, "filename", uid, "");
      const one = async (name: string, { signal, slice }: AssetReadOptions): Promise<AssetArray> => {
        const dataset = await files.dataset(name, path, { signal });
        return readDataset(dataset, boxOf(shapeOf(dataset, uid), slice, uid), { signal });
      };
      return {
        read({ start, stop }, options) {
          const names = Array.from({ length: stop - start }, (_, k) => context.path + fileName(template, start + k, filename, uid));
          return stack(names, one, uid, createLimiter(), options);
        },
        close: () => files.close(),
      };
    }
    return {
      async read({ start, stop }, options) {
        const { shape } = await files.dataset(undefined, path, options);
        const rows = multiplier ?? rowsPerIndex(shape?.length ?? 0, context.dataKey?.shape);
        const read = (range: { readonly start: number; readonly end: number }, one: AssetReadOptions) =>
          readRows(files, { name: undefined, path }, range, uid, one);
        return asEvents(start, stop, rows, read, uid, options);
      },
      close: () => files.close(),
    };
  },
};
