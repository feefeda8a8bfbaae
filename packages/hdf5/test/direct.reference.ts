import { existsSync, readdirSync } from "node:fs";
import { join, resolve } from "node:path";
import { expect, test } from "vitest";
import { compareFiles, direct, outcomeOf, type Routes, throughHdf5 } from "./routes.js";

const corpora = join(resolve(import.meta.dirname, "../../..", process.env.SONDE_REFERENCE ?? "../shared/data"), "corpora");

if (!existsSync(corpora)) {
  test("needs the reference corpora", () => {
    console.warn(`no corpora at ${corpora}: set SONDE_REFERENCE; nothing was compared`);
  });
} else {
  test("files that nobody here wrote give the same without HDF5 and by it", async () => {
    const routes: Routes = { direct: 0, hdf5: 0 };
    let compared = 0;
    let refused = 0;
    for (const folder of ["hdf5", "pytables"]) {
      for (const name of readdirSync(join(corpora, folder)).filter((entry) => entry.endsWith(".h5"))) {
        const path = join(corpora, folder, name);
        const open = async () => ({ one: await direct(path, routes), other: await throughHdf5(path) });
        const opened = await open().catch(() => undefined);
        if (opened === undefined) {
          refused++;
          continue;
        }
        const { one, other } = opened;
        const found = await outcomeOf(async () => {
          compared += await compareFiles(one, other);
        });
        if ("code" in Object(found)) refused++;
        await one.close();
        await other.close();
      }
    }
    expect(routes.direct).toBeGreaterThan(50);
    console.log(`corpora: ${compared} datasets compared, ${refused} files refused, reads ${JSON.stringify(routes)}`);
  }, 60_000);
}
