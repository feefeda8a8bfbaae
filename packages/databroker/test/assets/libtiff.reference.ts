import { createHash } from "node:crypto";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { createLimiter, fromBytes, isSondeError } from "@sonde/core/bytes";
import { describe, expect, test } from "vitest";
import { readTiff } from "../../src/assets/tiff/read-tiff.js";
import { call } from "./fixture.js";

const corpus = join(resolve(import.meta.dirname, "../../../..", process.env.SONDE_REFERENCE ?? "../shared/data"), "corpora/libtiff");

/** Shape and SHA-256 of the little-endian values, as tifffile 2026.3.3 with imagecodecs reads them. */
const read: { readonly [file: string]: readonly [shape: readonly number[], digest: string] } = {
  "32bpp-None-jpeg.tiff": [[20, 162, 3], "6fd46b35c71a858f"],
  "32bpp-None.tiff": [[20, 162, 4], "66f7683a1c92a742"],
  "custom_dir_EXIF_GPS.tiff": [[1, 1, 3], "4234f1064f32788d"],
  "lzw-single-strip.tiff": [[3122, 7795], "7ac89ff3b74ae815"],
  "minisblack-1c-16b.tiff": [[151, 157], "a7ee6cd5cd637b0e"],
  "minisblack-1c-8b.tiff": [[151, 157], "6f2d6e8e78698950"],
  "minisblack-2c-8b-alpha.tiff": [[2, 64, 64], "cad3ba36cb112824"],
  "miniswhite-1c-1b.tiff": [[151, 157], "bf11b516ab783296"],
  "palette-1c-1b.tiff": [[151, 157], "6ae6bcc7128dc90a"],
  "palette-1c-4b.tiff": [[151, 157], "b57c3752b4d983b1"],
  "palette-1c-8b.tiff": [[151, 157], "f9975457c122ed6a"],
  "rgb-3c-16b.tiff": [[151, 157, 3], "5a7f076b2d6e780d"],
  "rgb-3c-8b.tiff": [[151, 157, 3], "ff53739e3609939a"],
  "test_float64_predictor2_be_lzw.tif": [[20, 20], "0c584ffb2f50f568"],
  "test_float64_predictor2_le_lzw.tif": [[20, 20], "0c584ffb2f50f568"],
  "test_two_ifds.tif": [[2, 1, 1], "ad370ed99b189921"],
  "tiff_with_subifd_chain.tif": [[2, 512, 1024], "0eef21b44b892db4"],
};
/** tifffile refuses it: its last strip holds more than its rows take. */
const more = new Set(["deflate-last-strip-extra-data.tiff"]);

if (!existsSync(corpus)) {
  test("needs the reference corpora", () => {
    console.warn(`no corpus at ${corpus}: set SONDE_REFERENCE; nothing was compared`);
  });
} else {
  describe("TIFF files of libtiff's own tests", () => {
    const names = readdirSync(corpus).filter((name) => /\.tiff?$/.test(name));
    const counts = { equal: 0, refused: 0 };
    let slowest = 0;
    const atFirst = process.memoryUsage.rss();
    let most = atFirst;

    test.each(names)("%s is read as tifffile reads it, or refused with a typed error", async (name) => {
      const started = performance.now();
      const expected = read[name];
      try {
        const { shape, data } = await readTiff(fromBytes(new Uint8Array(readFileSync(join(corpus, name))), name), createLimiter(), call());
        if (!more.has(name)) {
          const digest = createHash("sha256")
            .update(new Uint8Array(data.buffer, data.byteOffset, data.byteLength))
            .digest("hex");
          expect([shape, digest.slice(0, 16)]).toEqual(expected);
        }
        counts.equal += 1;
      } catch (error) {
        if (!isSondeError(error) || expected !== undefined) throw error;
        expect(error.code).toMatch(/^(format|unsupported)$/);
        if (/loop/.test(name)) expect(error.code).toBe("format");
        counts.refused += 1;
      }
      slowest = Math.max(slowest, performance.now() - started);
      most = Math.max(most, process.memoryUsage.rss());
    });

    test("in less than two seconds and 256 MB", () => {
      console.log(
        `libtiff: ${names.length} files, ${counts.equal} equal, ${counts.refused} refused, slowest ${slowest.toFixed(0)} ms, ${((most - atFirst) / 2 ** 20).toFixed(0)} MiB`,
      );
      expect(slowest).toBeLessThan(2000);
      expect(most - atFirst).toBeLessThan(256 * 2 ** 20);
    });
  });
}
