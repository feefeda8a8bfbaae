import { createLimiter, sondeError } from "@sonde/core/bytes";
import type { AssetArray, AssetReadOptions, StreamAssetHandler } from "../../handlers/types.js";
import { fileName } from "../file-template.js";
import { lengths, optionalWholeNumber, text } from "../kwargs.js";
import { stack } from "../stack.js";
import { readTiffFile } from "./ad-tiff.js";
import { asEvents } from "./rows-per-index.js";

/**
 * A sequence of TIFF files: `files_per_datum` of them for an index, or, where events are appended (`join_method: "concat"`, the default), as many
 * as the first side of the event's shape holds files of `chunk_shape[0]` frames.
 */
export const tiffStream: StreamAssetHandler = {
  mimetype: "multipart/related;type=image/tiff",
  async open(resource, context) {
    const { uid } = resource;
    const parameters = resource.parameters ?? {};
    const template = text(parameters, "template", uid);
    const filename = text(parameters, "filename", uid, "");
    const stacked = text(parameters, "join_method", uid, "concat") === "stack";
    const [frames = 1] = lengths(parameters, "chunk_shape", uid) ?? [];
    const [events] = context.dataKey?.shape ?? [];
    const appended = !stacked && typeof events === "number" && events % frames === 0 ? events / frames : 1;
    const perIndex =
      optionalWholeNumber(parameters, "files_per_datum", uid) ??
      (stacked ? (optionalWholeNumber(parameters, "multiplier", uid) ?? 1) : appended);
    if (perIndex < 1 || perIndex > 1_000_000) throw sondeError("format", `${uid}: ${perIndex} files for each index`, { key: uid });
    const read = (name: string, options: AssetReadOptions) => readTiffFile(context, name, options);
    const files = ({ start, end }: { readonly start: number; readonly end: number }, options: AssetReadOptions): Promise<AssetArray> => {
      const names = Array.from({ length: end - start }, (_, k) => context.path + fileName(template, start + k, filename, uid));
      return stack(names, read, uid, createLimiter(), options);
    };
    return { read: ({ start, stop }, options) => asEvents(start, stop, perIndex, files, uid, options) };
  },
};

/** One TIFF file whose images are the rows. */
export const tiffFileStream: StreamAssetHandler = {
  mimetype: "image/tiff",
  async open(_, context) {
    return {
      async read({ start, stop }, options) {
        const [rows = [0, stop - start], ...inner] = options.slice ?? [];
        if (start === 0 && stop === 1 && rows[0] === 0 && rows[1] === 1) {
          const whole = await readTiffFile(context, undefined, { signal: options.signal, ...(inner.length > 0 && { slice: inner }) });
          // A file of one image has no dimension for it.
          if (whole.shape.length === 2 || inner.length === whole.shape.length) return { ...whole, shape: [1, ...whole.shape] };
        }
        const range = [start + rows[0], start + rows[1]] as const;
        return readTiffFile(context, undefined, { signal: options.signal, slice: [range, ...inner] });
      },
    };
  },
};
