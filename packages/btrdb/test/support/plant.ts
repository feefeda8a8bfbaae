import { type Fault, type RunningServer, startServer } from "../../src/testing/index.js";

/** The first instant of the fixtures; its last digit is lost where a time passes through a number. */
export const origin = 1_500_000_000_000_000_001n;
export const streamId = "07d28a44-4991-492d-b9c5-2d8cec5aa6d4";
export const levelId = "1b4e28ba-2fa1-41d2-883f-0016d3cca427";
export const emptyId = "6fa459ea-ee8a-4ca4-894e-db77e160355e";
export const key = "sonde-test-key-1234567890";

type ServerOptions = NonNullable<Parameters<typeof startServer>[0]>;

/** `rows` points 1 ms apart from `origin` on, the values of a slow wave. */
export function wave(rows: number): { readonly times: BigInt64Array; readonly values: Float64Array } {
  return {
    times: BigInt64Array.from({ length: rows }, (_, row) => origin + BigInt(row) * 1_000_000n),
    values: Float64Array.from({ length: rows }, (_, row) => Math.round(100 * Math.sin(row / 50)) / 4),
  };
}

/** A server with a stream `plant/pump/flow` of 20 000 committed points, one of three, and one without. */
export async function startPlant(options: ServerOptions = {}, rows = 20_000) {
  const server = await startServer({ bufferLimit: 0, ...options });
  server.create({ uuid: streamId, collection: "plant/pump", name: "flow", unit: "m3/s", annotations: { serial: "77", note: "new" } });
  server.insert(streamId, wave(rows));
  server.create({ uuid: levelId, collection: "plant/tank", name: "level" });
  server.insert(levelId, { times: BigInt64Array.of(-5n, 0n, 7n), values: Float64Array.of(-0, 0, 0.5) });
  server.create({ uuid: emptyId, collection: "plant/tank/spare", name: "empty" });
  return server;
}

export function callsOf(server: { readonly calls: ReadonlyMap<string, number> }): number {
  return [...server.calls.values()].reduce((sum, count) => sum + count, 0);
}

/** Makes calls of `method` go wrong; returns what ends that. */
export function spoil(
  server: RunningServer,
  method: string,
  effect: NonNullable<Fault["effect"]>,
  when: Pick<Fault, "after" | "times" | "delay"> = {},
): () => void {
  return server.fault({ method, effect, ...when });
}
