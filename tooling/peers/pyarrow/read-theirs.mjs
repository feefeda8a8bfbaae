import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fromIPC } from "@sonde/core";
import { cellOf } from "@sonde/core/connector";
import { writeArrow, writeParquet } from "@sonde/core/node";
import { exactCell } from "./cells.mjs";

/** These are JSON, or text, in Parquet. */
const plainInParquet = /^(u?int|float|no nulls|bool|text|large text|bytes|large bytes|timestamp|duration|dictionary of)/;

/** Every file that pyarrow writes, by our reader; and what pyarrow makes of it when we have written it again. */
export async function readTheirs({ cases, python, scratch }) {
  const again = [];
  for (const { name, file, cells } of await python("write.py", scratch)) {
    const bytes = new Uint8Array(readFileSync(file));
    await cases.compare(`reads ${name}`, () => described(fromIPC(bytes)), { cells, note: "µV", unit: "µV" });
    if (!name.endsWith("sliced, stream")) continue;
    const put = async (format, write) => {
      const target = `${file}.${format}`;
      const written = await cases.succeed(`${name} is written as ${format}`, () => write(fromIPC(bytes), target));
      if (written !== undefined) again.push({ name: `${name}, written again as ${format}`, file: target, format, cells });
    };
    await put("file", writeArrow);
    if (plainInParquet.test(name)) await put("parquet", writeParquet);
  }
  const requests = join(scratch, "again.json");
  writeFileSync(requests, JSON.stringify(again.map(({ file, format }) => ({ file, format }))));
  const found = await python("read.py", requests);
  for (const [k, { name, cells }] of again.entries()) {
    if (found[k].error === undefined) cases.equal(name, cells, found[k].cells.value);
    else cases.differ(name, found[k].error);
  }
}

function described({ batches, schema }) {
  const cells = batches.flatMap((batch) =>
    Array.from({ length: batch.numRows }, (_, row) => exactCell(cellOf(batch.data.children[0], row))),
  );
  return { cells, note: schema.metadata.get("note"), unit: schema.fields[0]?.metadata.get("unit") };
}
