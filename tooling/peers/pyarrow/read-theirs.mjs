import { readFileSync } from "node:fs";
import { cellOf } from "@sonde/core/connector";
import { fromIPC } from "@sonde/core/formats";
import { exactCell } from "./cells.mjs";

/** Every file that pyarrow writes, by our reader. */
export async function readTheirs({ cases, python, scratch }) {
  for (const { name, file, cells } of await python("write.py", scratch)) {
    await cases.compare(
      `reads ${name}`,
      () => {
        const { batches, schema } = fromIPC(new Uint8Array(readFileSync(file)));
        const found = batches.flatMap((batch) =>
          Array.from({ length: batch.numRows }, (_, row) => exactCell(cellOf(batch.data.children[0], row))),
        );
        return { cells: found, note: schema.metadata.get("note"), unit: schema.fields[0]?.metadata.get("unit") };
      },
      { cells, note: "µV", unit: "µV" },
    );
  }
}
