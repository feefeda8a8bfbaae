import { startServer } from "../../src/testing/index.js";

/** The streams that the quick start speaks of. */
export async function startQuickstartServer() {
  const server = await startServer({ bufferLimit: 0, tls: true, apiKey: "123456789123456789" });
  const phasor = "07d28a44-4991-492d-b9c5-2d8cec5aa6d4";
  server.create({ uuid: phasor, collection: "USEAST_NOC1/90807", name: "C1ANG", unit: "deg" });
  server.create({ uuid: "3a7dfa31-b0c0-4a27-8fbd-0a5a5c0d3d7f", collection: "USEAST_NOC1/90807", name: "C1MAG", unit: "A" });
  const early = Array.from({ length: 12 }, (_, row) => 1500000000000000001n + BigInt(row) * 750_000n);
  const late = Array.from({ length: 3 }, (_, row) => 1514809800000000001n + BigInt(row) * 1_200_000_000_000n);
  const times = BigInt64Array.from([...early, ...late]);
  server.insert(phasor, { times, values: Float64Array.from(times, (_, row) => row / 4) });
  for (const stream of [0, 1]) {
    const uuid = server.create({ collection: "NW", name: `stream${stream}` });
    const rows = Array.from({ length: 5 }, (_, row) => 2 * row + 1 - stream);
    server.insert(uuid, {
      times: BigInt64Array.from(rows, (row) => 1500000000000000000n + BigInt(row) * 100_000_000n),
      values: Float64Array.from(rows, (row) => row + 1),
    });
  }
  return server;
}
