import { createLimiter } from "@sonde/core/bytes";
import type { AssetArray, AssetContext, AssetHandler, AssetReadOptions } from "../../handlers/types.js";
import { printf } from "../file-template.js";
import { framesPerPoint, text, wholeNumber } from "../kwargs.js";
import { shapeCheck } from "../shape-check.js";
import { stack } from "../stack.js";
import { readTiff } from "../tiff/read-tiff.js";

export async function readTiffFile(context: AssetContext, name: string | undefined, options: AssetReadOptions): Promise<AssetArray> {
  const source = await context.open(name, options);
  try {
    return await readTiff(source, createLimiter(), options);
  } finally {
    await source.close();
  }
}

/** `AD_TIFF`: a TIFF file for each frame, named by a template of C; `frame_per_point` of them in a datum, numbered from 0 over the resource. */
export const areaDetectorTiff: AssetHandler = {
  spec: "AD_TIFF",
  async open(resource, context) {
    const { uid, resource_kwargs: kwargs } = resource;
    const frames = framesPerPoint(kwargs, uid);
    const template = text(kwargs, "template", uid);
    const filename = text(kwargs, "filename", uid);
    const check = shapeCheck(context, uid);
    return {
      async read(datum, options) {
        const first = wholeNumber(datum, "point_number", uid) * frames;
        const names = Array.from({ length: frames }, (_, k) => printf(template, [folderOf(context.path), filename, first + k], uid));
        const array = await stack(names, (name, one) => readTiffFile(context, name, one), uid, createLimiter(), options);
        if (options.slice === undefined) check(array.shape);
        return array;
      },
    };
  },
};

/** As Python's `os.path.join(path, "")`. */
export const folderOf = (path: string): string => (path.endsWith("/") ? path : `${path}/`);
