import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fromBytes } from "@sonde/core/bytes";
import { cellOf } from "@sonde/core/connector";
import { writeParquet } from "@sonde/core/node";
// Until the peers depend on the package by name.
import { openParquet } from "../../../packages/efd/dist/parquet.js";
import { exactCell } from "../pyarrow/cells.mjs";

const { signal } = new AbortController();
/** The others are JSON in what core writes. */
const plain = /^(U?[Ii]nt\d+|Float\d+|Bool|Utf8|Binary|FixedSizeBinary\[\d+\]|Timestamp<.*>)$/;

export async function suite({ cases, python, scratch }) {
  const again = [];
  for (const { name, file, cells, start, end } of await python("write.py", scratch)) {
    const opened = await cases.succeed(`${name} is opened`, () =>
      openParquet(fromBytes(new Uint8Array(readFileSync(file)), name), { signal }),
    );
    if (opened === undefined) continue;
    await cases.compare(`reads ${name}`, () => cellsOf(opened, {}), cells);
    const names = Object.keys(cells);
    const columns = names.filter((_, index) => index % 2 === 0);
    const part = Object.fromEntries(columns.map((column) => [column, cells[column].slice(start, end)]));
    await cases.compare(
      `reads rows ${start} to ${end} of ${name}`,
      () => cellsOf(opened, { columns, rows: { start, end }, batchRows: 100 }),
      part,
    );
    const plainColumns = opened.schema.fields.filter(({ type }) => plain.test(String(type))).map((field) => field.name);
    if (plainColumns.length === 0 || opened.rows === 0) continue;
    const target = `${file}.again.parquet`;
    const rows = opened.read({ columns: plainColumns, signal });
    const written = await cases.succeed(`${name} is written again`, async () => {
      await writeParquet(rows, target, { rowGroupRows: 200 });
      return true;
    });
    if (written) again.push({ name, file: target, columns: plainColumns, cells });
  }
  const requests = join(scratch, "again.json");
  writeFileSync(requests, JSON.stringify(again.map(({ file }) => ({ file, format: "parquet" }))));
  const found = await python("../pyarrow/read.py", requests);
  for (const [index, { name, columns, cells }] of again.entries()) {
    const { error, cells: theirs, statistics } = found[index];
    if (error !== undefined) cases.differ(`pyarrow reads ${name}`, error);
    else
      cases.equal(
        `pyarrow reads ${name}`,
        { cells: Object.fromEntries(columns.map((column) => [column, cells[column]])), statistics: [] },
        { cells: theirs, statistics },
      );
  }
}

async function cellsOf(file, query) {
  const names = query.columns ?? file.schema.fields.map((field) => field.name);
  const cells = Object.fromEntries(names.map((name) => [name, []]));
  for await (const batch of file.read({ ...query, signal })) {
    for (const [index, { name }] of batch.schema.fields.entries()) {
      const data = batch.data.children[index];
      for (let row = 0; row < batch.numRows; row++) cells[name].push(exactCell(cellOf(data, row)));
    }
  }
  return cells;
}
