/** Writes one table in every format into the folder given: `check.py` reads them back with pyarrow. */
import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { toIPC } from "../../../packages/core/src/formats/ipc.js";
import { toParquet } from "../../../packages/core/src/formats/parquet.js";
import { everyBatch } from "../../../packages/core/test/formats/sample.js";

const folder = process.argv[2] ?? "out";
await mkdir(folder, { recursive: true });
await writeFile(join(folder, "every.parquet"), await toParquet([everyBatch.slice(0, 3), everyBatch.slice(3)], { rowGroupRows: 3 }));
await writeFile(join(folder, "every.arrows"), await toIPC([everyBatch.slice(0, 3), everyBatch.slice(3)]));
await writeFile(join(folder, "every.arrow"), await toIPC([everyBatch.slice(0, 3), everyBatch.slice(3)], { format: "file" }));
