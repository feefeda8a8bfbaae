import { createLimiter } from "@sonde/core/bytes";
import type { AssetContext, AssetHandler, AssetReadOptions, StreamAssetHandler } from "../../handlers/types.js";
import { fileName } from "../file-template.js";
import { text, wholeNumber } from "../kwargs.js";
import { readNpy } from "../npy.js";
import { shapeCheck } from "../shape-check.js";
import { stack } from "../stack.js";

async function readFile(context: AssetContext, name: string, options: AssetReadOptions) {
  const source = await context.open(name, options);
  try {
    return await readNpy(source, createLimiter(), options);
  } finally {
    await source.close();
  }
}

/** `NPY_SEQ`: a file of NumPy for each datum, `<path>_<index>.npy`. */
export const npySequence: AssetHandler = {
  spec: "NPY_SEQ",
  async open(resource, context) {
    const check = shapeCheck(context, resource.uid);
    return {
      async read(kwargs, options) {
        const index = wholeNumber(kwargs, "index", resource.uid);
        const array = await readFile(context, `${context.path}_${index}.npy`, options);
        if (options.slice === undefined) check(array.shape);
        return array;
      },
    };
  },
};

/** The same as a stream: by the resource's own template, or `_<index>.npy` after its URI. */
export const npyStream: StreamAssetHandler = {
  mimetype: "multipart/related;type=application/x-npy",
  async open(resource, context) {
    const parameters = resource.parameters ?? {};
    const template = text(parameters, "template", resource.uid, "_{:d}.npy");
    const filename = text(parameters, "filename", resource.uid, "");
    return {
      read({ start, stop }, options) {
        const names = Array.from({ length: stop - start }, (_, k) => context.path + fileName(template, start + k, filename, resource.uid));
        return stack(names, (name, one) => readFile(context, name, one), resource.uid, createLimiter(), options);
      },
    };
  },
};
