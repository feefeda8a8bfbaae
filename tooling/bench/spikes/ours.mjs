import { openRecording } from "@sonde/cl-recordings";

async function read(path, columns) {
  const recording = await openRecording(path);
  const table = await recording.spikes.table({ columns });
  await recording.close();
  return table;
}

/** What lies at a row of a column, whose batches hold typed arrays. */
function at(table, name, row) {
  for (const batch of table.batches) {
    if (row < batch.numRows) return batch.getChild(name).data[0];
    row -= batch.numRows;
  }
  return undefined;
}

function rowIn(table, row) {
  for (const { numRows } of table.batches) {
    if (row < numRows) return row;
    row -= numRows;
  }
  return row;
}

function summary(table, size) {
  const value = (name, row) => Number(at(table, name, row).values[rowIn(table, row)]);
  return [table.numRows, value("tick", size - 1), value("channel", size >> 1)];
}

export async function columns(path, size) {
  return summary(await read(path, ["tick", "channel"]), size);
}

export async function waveforms(path, size) {
  const table = await read(path, ["tick", "channel", "samples"]);
  const row = size >> 1;
  const { values } = at(table, "samples", row).children[0];
  return [...summary(table, size), values[rowIn(table, row) * 75 + 25]];
}
