import { sondeError } from "@sonde/core/bytes";
import type { Page } from "./page.js";

/**
 * JPEG and Zstandard by the package `geotiff`, which is loaded for the first such image. Sizes that the piece itself declares are checked
 * before, since the decoders take memory for them.
 */
export async function decodeByLibrary(input: Uint8Array, length: number, page: Page, rows: number, name: string): Promise<Uint8Array> {
  if (page.compression === 7) checkJpeg(input, page, rows, name);
  else checkZstandard(input, length, name);
  const { getDecoder } = await import("geotiff");
  const parameters = {
    tileWidth: page.blockWidth,
    tileHeight: rows,
    predictor: 1,
    bitsPerSample: Array.from({ length: page.samples }, () => page.bits),
    planarConfiguration: page.planar ? 2 : 1,
    samplesPerPixel: page.samples,
    ...(page.jpegTables && { JPEGTables: Uint8Array.from(page.jpegTables) }),
  };
  try {
    const decoder = await getDecoder(page.compression, parameters);
    return new Uint8Array(await decoder.decode(input.slice().buffer));
  } catch (cause) {
    throw sondeError("format", `${name}: a piece of its image can't be unpacked: the file is damaged`, { key: name, cause });
  }
}

function checkJpeg(input: Uint8Array, page: Page, rows: number, name: string): void {
  // 6 is YCbCr: colours at another resolution than the brightness.
  if (page.bits !== 8 || page.photometric === 6) {
    throw sondeError("unsupported", `${name}: JPEG of ${page.bits} bits or of YCbCr is not read: convert the file`, {
      what: "TIFF with JPEG",
    });
  }
  for (let at = 2; at + 9 < input.length && input[at] === 0xff; ) {
    const marker = input[at + 1] ?? 0;
    const size = ((input[at + 2] ?? 0) << 8) | (input[at + 3] ?? 0);
    if (marker >= 0xc0 && marker <= 0xcf && marker !== 0xc4 && marker !== 0xc8 && marker !== 0xcc) {
      const height = ((input[at + 5] ?? 0) << 8) | (input[at + 6] ?? 0);
      const width = ((input[at + 7] ?? 0) << 8) | (input[at + 8] ?? 0);
      const expected = page.planar ? 1 : page.samples;
      if (height < rows || height > page.blockHeight || width !== page.blockWidth || input[at + 9] !== expected) {
        throw sondeError(
          "format",
          `${name}: a JPEG of ${width} × ${height} in a piece of ${page.blockWidth} × ${rows}: the file is damaged`,
          {
            key: name,
          },
        );
      }
      return;
    }
    if (size < 2) break;
    at += 2 + size;
  }
  throw sondeError("format", `${name}: a piece of its image is no JPEG: the file is damaged`, { key: name });
}

/** RFC 8878, 3.1.1.1: the size of the content stands in the frame's header, or the frame is not for us. */
function checkZstandard(input: Uint8Array, length: number, name: string): void {
  const descriptor = input[4] ?? 0;
  const single = (descriptor & 0x20) !== 0;
  const sizeBytes = [single ? 1 : 0, 2, 4, 8][descriptor >> 6] ?? 0;
  const at = 5 + (single ? 0 : 1) + ([0, 1, 2, 4][descriptor & 3] ?? 0);
  let size = 0;
  for (let k = sizeBytes - 1; k >= 0; k--) size = size * 256 + (input[at + k] ?? 0);
  if (sizeBytes === 2) size += 256;
  const magic = input[0] === 0x28 && input[1] === 0xb5 && input[2] === 0x2f && input[3] === 0xfd;
  if (magic && sizeBytes > 0 && size === length) return;
  throw sondeError("format", `${name}: a Zstandard frame of ${size} bytes in a piece of ${length}: the file is damaged`, { key: name });
}
