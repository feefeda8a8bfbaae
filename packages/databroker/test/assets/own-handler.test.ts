import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { expect, test } from "vitest";
import { firstImage } from "../../examples/own-handler.js";
import { composeRun, type DocumentPair } from "../../src/event-model/index.js";
import { memoryCatalog } from "../../src/index.js";
import { temporaryFolder, writeRuns } from "../support/folder.js";

function documents(spec: string): DocumentPair[] {
  const made: DocumentPair[] = [];
  const run = composeRun({ time: 1.7e9, onDocument: (pair) => made.push(pair) });
  const key = { dtype: "array" as const, shape: [4, 5], source: "PV", external: "FILESTORE:" };
  const stream = run.descriptor({ name: "primary", data_keys: { camera: key } });
  const resource = run.resource({ spec, root: "/data", resource_path: "camera.raw", resource_kwargs: { height: 4, width: 5 } });
  stream.event({ data: { camera: resource.datum({ index: 2 }).datum_id } });
  run.stop();
  return made;
}

test("the README's handler of one's own reads the files of its spec", async () => {
  const [runs, files] = [await temporaryFolder(), await temporaryFolder()];
  const frames = Uint16Array.from({ length: 3 * 20 }, (_, k) => k * 7);
  await writeFile(join(files, "camera.raw"), frames);
  await writeRuns(runs, [documents("RAW_U16")], "msgpack");
  const image = await firstImage(runs, files);
  expect(image.shape).toEqual([4, 5]);
  expect(image.data).toEqual(frames.slice(40));
});

test("a spec without a handler is a typed error that names those that there are; the rest of the run is readable", async () => {
  const run = await memoryCatalog(documents("newton"), { rootMap: { "/data": "/nowhere" } }).run(-1);
  await expect(run.images("camera").at(0)).rejects.toMatchObject({ code: "unsupported" });
  await expect(run.images("camera").at(0)).rejects.toThrow(/newton.*AD_TIFF/);
  expect((await run.table()).numRows).toBe(1);
});
