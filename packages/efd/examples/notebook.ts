/**
 * "Accessing EFD aggregated data", the notebook of the observatory's demonstration, section by section; what it prints is in notebook.txt.
 * Credentials and region are taken from `~/.aws`, as there, where they are not given.
 */
import { printTable } from "@sonde/core";
import { type EfdInput, openEfd } from "@sonde/efd";

export async function notebook(where: EfdInput, log: (...values: unknown[]) => void = console.log) {
  await using archive = await openEfd(where);

  // The EFD aggregated streams
  for await (const { name } of archive.topics()) log(name);

  // Reading EFD Parquet files from S3: the files of an hour, by time rather than by a path built by hand
  const topic = await archive.topic("example-002-aggregated");
  const range = { start: "2020-08-07T22:00Z", end: "2020-08-07T23:00Z" };
  for await (const { key } of topic.files({ range })) log(key);

  // Its rows, in order, as one table
  const table = await topic.read({ range }).table();
  log(`${table.numRows} rows × ${table.numCols} columns`);

  // df.head()
  log(printTable(table.slice(0, 5).select(["time", "count", "min_value1", "mean_value1", "max_value1"])));

  // Plotting the aggregated stream: the line and the band about it
  const band = await topic.band("value1", { range, points: 6 });
  for (const [index, time] of band.times.entries()) {
    log(new Date(Number(time / 1_000_000n)).toISOString(), band.min[index], band.mean[index], band.max[index]);
  }
}
