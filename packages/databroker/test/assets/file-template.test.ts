import { describe, expect, test } from "vitest";
import { fileName, printf } from "../../src/assets/file-template.js";

describe("templates of file names", () => {
  test.each([
    ["%s%s_%6.6d.tiff", ["/data/", "frame", 5], "/data/frame_000005.tiff"],
    ["%s%s_%d.h5", ["/data/", "x", 12], "/data/x_12.h5"],
    ["%s%s_%06d%%.h5", ["", "x", 12], "x_000012%.h5"],
    ["%-5s|%5s|%+d", ["ab", "cd", 3], "ab   |   cd|+3"],
    ["%.2s%3d% d", ["abc", 7, 8], "ab  7 8"],
    ["%6.3d", [7], "   007"],
    ["%05.3d", [-7], "-0007"],
  ])("%s of C", (template, values, name) => {
    expect(printf(template, values as (string | number)[], "r")).toBe(name);
  });

  test.each([
    ["%n", [1]],
    ["%s%s", ["a"]],
    ["%d", ["a"]],
    ["%s", ["a", "b"]],
    ["%999999999d", [1]],
    ["%.999999999d", [1]],
    ["%x", [1]],
    ["%", [1]],
    ["%*d", [1]],
  ])("%s of C is refused", (template, values) => {
    expect(() => printf(template, values as (string | number)[], "r")).toThrow(expect.objectContaining({ code: "format" }));
  });

  test.each([
    ["img_{:05d}.tif", 7, "img_00007.tif"],
    ["img_{:5d}.tif", 7, "img_    7.tif"],
    ["{}.tif", 7, "7.tif"],
    ["/{filename}_{0:03d}.tif", 7, "/name_007.tif"],
    ["{{{:d}}}", 7, "{7}"],
    ["%s%s_%6.6d.tiff", 7, "name_000007.tiff"],
    ["%s_%d.npy", 7, "name_7.npy"],
  ])("%s of a stream", (template, index, name) => {
    expect(fileName(template, index, "name", "r")).toBe(name);
  });

  test.each(["{0.__class__}", "{:>999}", "{!r}", "{1}", "{:x}", "{", "plain.tif"])("%s of a stream is refused", (template) => {
    expect(() => fileName(template, 1, "", "r")).toThrow(expect.objectContaining({ code: "format" }));
  });
});
