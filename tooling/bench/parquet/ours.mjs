// Until the benches depend on both packages by name.
import { fromFile } from "../../../packages/core/dist/bytes.js";
import { openParquet } from "../../../packages/efd/dist/parquet.js";

const { signal } = new AbortController();

async function read(path, columns) {
  const source = await fromFile(path);
  try {
    const file = await openParquet(source, { signal });
    const batches = [];
    for await (const batch of file.read({ ...(columns && { columns }), signal })) batches.push(batch);
    const middle = Math.floor(file.rows / 2);
    return [file.rows, batches[0].numCols, cell(batches, "time", middle), cell(batches, "mean_value7", middle)];
  } finally {
    await source.close();
  }
}

function cell(batches, name, row) {
  for (const batch of batches) {
    if (row < batch.numRows) return batch.getChild(name).get(row);
    row -= batch.numRows;
  }
  return undefined;
}

export const all_columns = (path) => read(path);
export const three_columns = (path) => read(path, ["time", "mean_value1", "mean_value7"]);
