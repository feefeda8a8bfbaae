/** What both sides look at: rows, sums of bits and entries of one recording, as plain JSON. */
export async function found(connector, path) {
  const source = await connector.open({ path });
  try {
    const rows = {};
    for await (const stream of source.streams()) {
      const table = await stream.table();
      rows[stream.name] = { rows: table.numRows, columns: table.schema.fields.map(({ name }) => name) };
    }
    const spikes = await (await source.stream("spikes")).rows({ columns: ["tick", "channel"] }).toArray();
    const entries = [];
    for await (const [tick, value] of source.client.dataStreams.get("example_data_stream").entries())
      entries.push([String(tick), String(value)]);
    return { rows, spikes: spikes.map(({ time, tick, channel }) => `${time} ${tick} ${channel}`), entries };
  } finally {
    await source.close();
  }
}
