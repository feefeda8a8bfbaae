import { expect, test } from "vitest";
import { arrowsOf, filesOf } from "../src/imports.js";
import { circle, forbidden } from "../src/layers.js";

const sources = filesOf("packages", (name) => /\.(ts|js)$/.test(name)).filter((file) => file.split("/")[2] === "src");

test("arrows point down only", () => {
  const arrows = sources.flatMap(arrowsOf);
  const wrong = arrows.flatMap((arrow) => {
    const why = forbidden(arrow);
    return why === undefined ? [] : [`${arrow.file} -> ${arrow.to}: ${why}`];
  });
  expect(wrong).toEqual([]);
  console.log(`${arrows.length} imports of ${sources.length} files`);
});

test("each kind of forbidden arrow is caught", () => {
  const caught = [
    { file: "packages/core/src/table/batch.ts", to: "@sonde/hdf5" },
    { file: "packages/core/src/table/batch.ts", to: "node:fs" },
    { file: "packages/core/src/bytes/url.ts", to: "apache-arrow" },
    { file: "packages/core/src/time/span.ts", to: "packages/core/src/table/batch.ts" },
    { file: "packages/hdf5/src/open.ts", to: "@sonde/core" },
    { file: "packages/msgpack-numpy/src/decode.ts", to: "@sonde/core/bytes" },
    { file: "packages/efd/src/driver.ts", to: "@sonde/btrdb" },
    { file: "packages/efd/src/driver.ts", to: "apache-arrow" },
    { file: "packages/efd/src/driver.ts", to: "packages/core/src/index.ts" },
  ];
  expect(caught.filter((arrow) => forbidden(arrow) === undefined)).toEqual([]);
});

test("no files need each other to load", () => {
  expect(circle(sources.flatMap(arrowsOf))).toBeUndefined();
  expect(
    circle([
      { file: "a", to: "b" },
      { file: "b", to: "c" },
      { file: "c", to: "a" },
    ]),
  ).toEqual(["a", "b", "c", "a"]);
  expect(
    circle([
      { file: "a", to: "b" },
      { file: "b", to: "a", typeOnly: true },
    ]),
  ).toBeUndefined();
});
