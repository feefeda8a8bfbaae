/** A BTrDB server in the same process, as tests have it. What it prints is in server.txt. */
import { connect } from "@sonde/btrdb";
import { startServer } from "@sonde/btrdb/testing";

await using server = await startServer({ tls: true, apiKey: "secret" });
const start = 1_500_000_000_000_000_000n;
const flow = server.create({ collection: "plant/pump", name: "flow", unit: "m3/s" });
server.insert(flow, { times: BigInt64Array.of(start, start + 1n), values: Float64Array.of(0.5, 0.25) });

// A billion points, computed where they are asked for
const clock = { origin: start, ticks: 120n, per: 1_000_000_000n };
const wave = server.createFunction({ collection: "grid", name: "wave", clock, count: 1e9, value: (k) => k % 3, repeats: 3 });

// A call that breaks off after two messages: reading goes on behind them
server.fault({ method: "ArrowRawValues", effect: "cut", after: 2, times: 1 });

await using db = await connect(`localhost:${server.port}`, { tls: true, ca: server.certificate, apiKey: "secret" });
console.log(await (await db.streams(flow, wave)).counts());
console.log((await (await db.streamFromUuid(wave)).values({ start, span: "1h" }).table()).numRows);
