import { expect, test } from "vitest";
import { composeRun, type DocumentPair } from "../../src/event-model/index.js";
import { type AssetHandler, memoryCatalog } from "../../src/index.js";
import { expected, folder } from "./fixture.js";

// A handler of one's own: README.md shows these lines.
const raw: AssetHandler = {
  spec: "RAW_U2",
  async open(_resource, context) {
    return {
      async read({ offset }, { signal }) {
        const file = await context.open(undefined, { signal });
        const bytes = await file.read({ start: Number(offset), end: Number(offset) + 40 }, { signal });
        await file.close();
        return { shape: [4, 5], data: new Uint16Array(bytes.slice().buffer) };
      },
    };
  },
};

function documents(spec: string): DocumentPair[] {
  const made: DocumentPair[] = [];
  const run = composeRun({ time: 1.7e9, onDocument: (pair) => made.push(pair) });
  const key = { dtype: "array" as const, shape: [4, 5], source: "PV", external: "FILESTORE:" };
  const stream = run.descriptor({ name: "primary", data_keys: { img: key } });
  const resource = run.resource({ spec, root: "/beamline", resource_path: "npy/seq_0.npy", resource_kwargs: {} });
  stream.event({ data: { img: resource.datum({ offset: 128 }).datum_id } });
  run.stop();
  return made;
}

test("a handler of one's own reads the files of its spec", async () => {
  const catalog = memoryCatalog(documents("RAW_U2"), { rootMap: { "/beamline": folder }, handlers: [raw] });
  const image = await (await catalog.run(-1)).images("img").at(0);
  expect(image.shape).toEqual([4, 5]);
  expect(Array.from(image.data as Uint16Array)).toEqual(expected([4, 5], "<u2"));
});

test("a spec without a handler is a typed error that names those that there are; the rest of the run is readable", async () => {
  const run = await memoryCatalog(documents("newton"), { rootMap: { "/beamline": folder } }).run(-1);
  await expect(run.images("img").at(0)).rejects.toMatchObject({ code: "unsupported" });
  await expect(run.images("img").at(0)).rejects.toThrow(/newton.*AD_TIFF/);
  expect((await run.table()).numRows).toBe(1);
});
