import { type ByteSource, type Limiter, sondeError } from "@sonde/core/bytes";
import type { AssetArray, AssetReadOptions } from "../../handlers/types.js";
import { boxOf, product, sizeOf } from "../box.js";
import { valuesOf } from "../typed-values.js";
import { readDirectories } from "./directory.js";
import { pageOf, pixelTags } from "./page.js";
import { readPage } from "./read-page.js";

/**
 * The image of a TIFF file, or a slice of it; of files with several images that are alike, all of them, in a first dimension of their own.
 * Values are those of the file: what they mean (palettes, white as zero) is for who shows them. Rejects `format` for damaged files (a
 * directory that leads back to itself among them), `unsupported` for compressions and samples that are not read, `limit`.
 */
export async function readTiff(source: ByteSource, limiter: Limiter, options: AssetReadOptions): Promise<AssetArray> {
  const { signal, slice } = options;
  const { name } = source;
  const { endian, directories } = await readDirectories(source, pixelTags, limiter, { signal });
  const pages = directories.map((directory) => pageOf(directory, name));
  const [first] = pages;
  if (first === undefined) throw sondeError("format", `${name} has no image`, { key: name });
  const alike = pages.every(({ shape, dtype }) => dtype === first.dtype && String(shape) === String(first.shape));
  // A second image of another shape is a thumbnail or a mask; the first is the image.
  const stacked = alike && pages.length > 1;
  const shape = stacked ? [pages.length, ...first.shape] : first.shape;
  const box = boxOf(shape, slice, name);
  const data = await (async () => {
    if (!stacked) return readPage(source, first, endian, box, limiter, { signal });
    const [chosen = { start: 0, end: 0 }, ...inner] = box;
    const width = Number(first.dtype.slice(2));
    const each = product(sizeOf(inner)) * width;
    const all = new Uint8Array(limiter.bytes((chosen.end - chosen.start) * each, name));
    for (const [k, page] of pages.slice(chosen.start, chosen.end).entries()) {
      all.set(await readPage(source, page, endian, inner, limiter, { signal }), k * each);
    }
    return all;
  })();
  return { shape: sizeOf(box), data: valuesOf(first.dtype, data, name) };
}
