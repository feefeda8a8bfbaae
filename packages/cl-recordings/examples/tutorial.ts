/**
 * Everything that the data streams' tutorial of Cortical Labs reads, a statement for each of its own; what it prints is in tutorial.txt.
 * Ticks are those that Python calls timestamps.
 */
import { openRecording } from "@sonde/cl-recordings";

export async function tutorial(path: string, log: (...values: unknown[]) => void = console.log): Promise<void> {
  const view = await openRecording(path);

  log("Top level Recording:\n");
  log(view, "\n");
  log("Data Streams in recording:\n");
  log(view.dataStreams, "\n");
  log("Example Data Stream attributes:\n");
  log(view.dataStreams.get("example_data_stream").attributes, "\n");

  const stream = view.dataStreams.get("example_data_stream");
  log(`There are ${stream.size} entries in example_data_stream.`);

  // All entries, all ticks, all values.
  for await (const [tick, data] of stream.entries()) log(tick, data);
  for await (const tick of stream.keys()) log(tick);
  for await (const data of stream.values()) log(data);

  // By tick.
  for await (const tick of stream.keys()) log(tick, await stream.get(tick));

  // By range, which does not hold its end.
  const second = await stream.keys().at(1);
  const last = (await stream.keys().at(-1)) ?? 0n;
  log("Range ending at last tick:");
  for await (const [tick, data] of stream.entries({ from: second, to: last })) log(tick, data);
  log("Range ending at last tick plus one:");
  for await (const [tick, data] of stream.entries({ from: second, to: last + 1n })) log(tick, data);
  for await (const tick of stream.keys({ from: second, to: last + 1n })) log(tick);
  for await (const data of stream.values({ from: second, to: last + 1n })) log(data);

  // Attributes.
  log(stream.attributes);
  log(`The name of the data stream is '${stream.attributes.name}'.`);
  log(`The value of the data stream attribute 'score' is '${stream.attributes.application.score}'.`);

  // The HDF5 file itself: where each entry lies, and its bytes.
  const index = await view.file.dataset("/data_stream/example_data_stream/index");
  const rows = await index.fields({ names: ["timestamp", "start_index", "end_index"] });
  for (const row of rows.timestamp.keys()) log(rows.timestamp[row], rows.start_index[row], rows.end_index[row]);
  for await (const { tick, bytes } of stream) log(tick, bytes);

  log("Without msgpack_numpy:");
  for await (const { tick, plain } of stream) log(tick, plain, `(${plain?.constructor.name})`);
  log("With msgpack_numpy:");
  for await (const { tick, value } of stream) log(tick, value, `(${value?.constructor.name})`);

  await view.close();
}
