import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, it } from "vitest";
import { fileSink } from "../../src/write/file-sink.node.js";
import { attribute, createHdf5, int } from "../../src/write/index.js";
import { readAll } from "./reading.js";

let folder = "";
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "sonde-hdf5-"));
});
afterAll(() => rmSync(folder, { recursive: true }));

for (const synchronise of [false, true]) {
  it(`writes a file that others read after each flush${synchronise ? ", synchronised with the disk" : ""}`, async () => {
    const path = join(folder, `rows ${synchronise}.h5`);
    const file = createHdf5(fileSink(path, { synchronise }));
    const rows = file.dataset("/rows", { type: int(4), shape: [0], chunks: [64] });
    for (let count = 1; count <= 5; count++) {
      rows.append(new Uint8Array(Int32Array.from({ length: 100 }, (_, k) => (count - 1) * 100 + k).buffer));
      rows.setAttribute("NROWS", attribute.int64(count * 100));
      await file.flush();
      const found = await readAll(readFileSync(path));
      const values = new Int32Array(found.get("/rows")!.data!.bytes.slice().buffer);
      expect(values.length).toBe(count * 100);
      expect(values.every((value, index) => value === index)).toBe(true);
    }
    await file.close();
    expect(() => fileSink(path, { exclusive: true })).toThrow("EEXIST");
  });
}
