/** BTrDB's quick start, in TypeScript: each section of it, in its order. What it prints is in quickstart.txt. */
import { type ConnectOptions, connect } from "@sonde/btrdb";

export async function quickstart(
  endpoint: string,
  options: ConnectOptions,
  file: string,
  log: (...values: unknown[]) => void = console.log,
) {
  // Connecting to a server
  await using db = await connect(endpoint, options);

  // Get platform information
  log(await db.info());

  // Find streams by collection
  const streams = await db.streamsInCollection("USEAST_NOC1/90807");
  for (const stream of streams) log(stream.uuid, stream.name);

  // Find stream by UUID
  const stream = await db.streamFromUuid("07d28a44-4991-492d-b9c5-2d8cec5aa6d4");

  // Viewing a stream's data
  for await (const point of stream.values({ start: "2018-01-01T12:30Z", span: "1h" }).points()) log(point.time, point.value);
  for await (const point of stream.values({ start: "2018-01-01", end: "now" }).points()) log(point.time, point.value);

  // Windows, 2 ms wide, with a depth of zero, which is accurate to the nanosecond
  const params = { start: 1500000000000000000n, end: 1500000000010000000n, width: 2_000_000n, depth: 0 };
  for await (const point of stream.windows(params).points()) log(point);

  // Using stream sets
  const set = await db.streams("NW/stream0", "NW/stream1");

  // Serialize data to disk as CSV
  await set.filter({ start: 1500000000000000000n }).toCsv(file);

  // Convert data to a table
  log(await set.filter({ start: 1500000000000000000n }).table());

  // Materialize the streams' data
  log(await set.filter({ start: 1500000000000000000n }).values());
}
