import { startServer } from "@sonde/btrdb/testing";

// A server of @sonde/btrdb/testing in a process of its own: `server.mjs <points>`. Prints where it is and what it holds; ends with its standard input.

const rows = Number(process.argv[2]);
const origin = 1_500_000_000_000_000_000n;
const period = 8_333_333n;
const piece = 50_000;

const server = await startServer({ bufferLimit: 0, insertLimit: 100_000 });
const uuid = server.create({ collection: "bench", name: "stored" });
for (let from = 0; from < rows; from += piece) {
  const size = Math.min(piece, rows - from);
  const times = BigInt64Array.from({ length: size }, (_, row) => origin + BigInt(from + row) * period);
  const values = Float64Array.from({ length: size }, (_, row) => ((from + row) % 1000) / 8 + 1);
  server.insert(uuid, { times, values });
}
console.log(JSON.stringify({ endpoint: server.endpoint, uuid, start: String(origin), end: String(origin + BigInt(rows) * period) }));
process.stdin.resume();
process.stdin.on("end", () => process.exit(0));
