import { fstatSync } from "node:fs";
import { fromFile } from "@sonde/core/bytes";
import { expect, test } from "vitest";
import { openHdf5 } from "../src/index.js";
import { fixture, refusal, using } from "./fixture.js";
import { compareFiles } from "./routes.js";

const call = { signal: new AbortController().signal };

test("a file source is read by its descriptor, and gives what its path gives", async () => {
  const source = await fromFile(fixture("arrays.h5"));
  let reads = 0;
  const watched = {
    ...source,
    read(...args: Parameters<typeof source.read>) {
      reads++;
      return source.read(...args);
    },
  };
  const compared = await using(watched, (file) => using(fixture("arrays.h5"), (other) => compareFiles(file, other)));
  expect(compared).toBeGreaterThan(5);
  expect(reads).toBe(0);
});

test("a file source is closed with its file, once, after the reads under way", async () => {
  const source = await fromFile(fixture("arrays.h5"));
  const file = await openHdf5(source);
  const [first] = (await file.children()).filter(({ kind }) => kind === "dataset");
  const reading = file.dataset(`/${first?.name}`).then((dataset) => dataset.bytes());
  await Promise.allSettled([reading, file.close(), file.close()]);
  expect(() => fstatSync(source.descriptor)).toThrow("EBADF");
  expect(await refusal(source.size(call))).toMatchObject({ code: "closed" });
});

test("a file source that holds no HDF5 is refused, and closed", async () => {
  const source = await fromFile(fixture("not-hdf5.h5"));
  expect(await refusal(openHdf5(source))).toMatchObject({ code: "format" });
  expect(await refusal(source.size(call))).toMatchObject({ code: "closed" });
});

test("a file source that was closed before is refused", async () => {
  const source = await fromFile(fixture("arrays.h5"));
  await source.close();
  expect(await refusal(openHdf5(source))).toMatchObject({ code: "closed" });
});
