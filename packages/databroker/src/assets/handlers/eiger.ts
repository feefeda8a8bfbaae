import { createLimiter, isSondeError, sondeError } from "@sonde/core/bytes";
import type { Child } from "@sonde/hdf5";
import type { AssetArray, AssetHandler, AssetReadOptions } from "../../handlers/types.js";
import { boxOf } from "../box.js";
import { type Hdf5Files, hdf5Files, readDataset, shapeOf } from "../hdf5-files.js";
import { optionalWholeNumber, wholeNumber } from "../kwargs.js";
import { concatenate } from "../stack.js";

type Part = { readonly item: { readonly name: string; readonly path: string }; readonly rows: number };

/**
 * Dectris Eiger: a master file, whose group leads to the files of images by external links. The links are not followed by HDF5: their files
 * are opened like any other file of the resource, inside the allowed folders. Firmware before 1.3 has the links in `/entry`.
 */
function eiger(spec: string): AssetHandler {
  return {
    spec,
    async open(resource, context) {
      const { uid, resource_kwargs: kwargs } = resource;
      const imagesPerFile = optionalWholeNumber(kwargs, "images_per_file", uid) ?? optionalWholeNumber(kwargs, "frame_per_point", uid);
      const files = hdf5Files(context);
      return {
        async read(datum, options) {
          const master = `${context.path}_${wholeNumber(datum, "seq_id", uid)}_master.h5`;
          const parts = await partsOf(files, master, uid, options);
          const one = async ({ name, path }: Part["item"], { signal, slice }: AssetReadOptions) => {
            const dataset = await files.dataset(name, path, { signal });
            return readDataset(dataset, boxOf(shapeOf(dataset, uid), slice, uid), { signal });
          };
          const frame = optionalWholeNumber(datum, "frame_num", uid);
          if (frame === undefined) return concatenate(parts, one, uid, createLimiter(), options);
          const row = imagesPerFile ? frame % imagesPerFile : frame;
          const slice = [[row, row + 1] as const, ...(options.slice ?? [])];
          return withoutFirst(await concatenate(parts, one, uid, createLimiter(), { signal: options.signal, slice }));
        },
        close: () => files.close(),
      };
    },
  };
}

const withoutFirst = ({ shape, data }: AssetArray): AssetArray => ({ shape: shape.slice(1), data });

async function partsOf(files: Hdf5Files, master: string, key: string, call: { readonly signal: AbortSignal }): Promise<Part[]> {
  const file = await files.file(master, call);
  const group = await childrenOf(["/entry/data", "/entry"], (path) => file.children(path, call), key);
  const folder = master.slice(0, master.lastIndexOf("/") + 1);
  const parts: Part[] = [];
  for (const { name, kind, target } of group.children) {
    if (!/^data_\d+$/.test(name)) continue;
    const item = kind === "link" ? linked(target ?? "", folder, key) : { name: master, path: `${group.path}/${name}` };
    const [rows] = shapeOf(await files.dataset(item.name, item.path, call), key);
    parts.push({ item, rows: rows ?? 0 });
  }
  if (parts.length > 0) return parts.sort((a, b) => (a.item.path + a.item.name < b.item.path + b.item.name ? -1 : 1));
  throw sondeError("format", `${key}: ${master} leads to no images: it is no master file of an Eiger`, { key });
}

async function childrenOf(paths: readonly string[], list: (path: string) => Promise<readonly Child[]>, key: string) {
  for (const path of paths) {
    try {
      const children = await list(path);
      if (children.some(({ name }) => /^data_\d+$/.test(name))) return { path, children };
    } catch (error) {
      if (!isSondeError(error, "not-found")) throw error;
    }
  }
  throw sondeError("format", `${key}: no group of ${paths.join(" or ")} has images: it is no master file of an Eiger`, { key });
}

/** `file:path`, the file beside the master. */
function linked(target: string, folder: string, key: string): Part["item"] {
  const split = target.lastIndexOf(":");
  if (split <= 0) throw sondeError("format", `${key}: a link of the master file leads to ${JSON.stringify(target.slice(0, 200))}`, { key });
  const name = target.slice(0, split);
  return { name: name.startsWith("/") ? name : folder + name, path: target.slice(split + 1) };
}

export const eigerHandlers: readonly AssetHandler[] = ["AD_EIGER", "AD_EIGER2", "AD_EIGER_SLICE"].map(eiger);
