import { isSondeError } from "@sonde/core";
import { batchOf, type ColumnInput, schemaOf, timeField } from "@sonde/core/connector";
import { encode } from "@sonde/msgpack-numpy";
import { describe, expect, it } from "vitest";
import { clSession } from "../../src/session/connector.js";
import { entrySchema } from "../../src/session/rows.js";
import { device } from "./device.js";

const origin = 1_000_000_000n;
const rows = (...ticks: readonly bigint[]) => {
  const columns: { [name: string]: ColumnInput } = {
    time: BigInt64Array.from(ticks, (tick) => origin + tick * 40_000n),
    tick: BigInt64Array.from(ticks),
    value: ticks.map((tick) => encode(Number(tick))),
  };
  return batchOf(entrySchema, columns);
};
async function open() {
  const { session, clock } = device({ now: () => origin });
  const stream = session.createDataStream("ball", { attributes: { score: 0 } });
  return { session, clock, stream, source: await clSession.open({ session }) };
}
const rejection = (work: Promise<unknown>): Promise<unknown> =>
  work.then(
    () => new Error("it resolved"),
    (error: unknown) => error,
  );

describe("a session as a source", () => {
  it("puts appended rows into the recordings under way", async () => {
    const { session, source } = await open();
    const recording = session.record();
    const ball = await source.stream("data_stream/ball");
    await ball.append(rows(3n, 4n));
    await recording.stop();
    const opened = await recording.open();
    expect((await opened.dataStreams.get("ball").entries().toArray()).map(([tick, value]) => [tick, value])).toEqual([
      [3n, 3],
      [4n, 4],
    ]);
  });

  it("refuses rows whose time is not that of their tick, and rows before the last, and takes none of the first", async () => {
    const { stream, source } = await open();
    const ball = await source.stream("data_stream/ball");
    const wrong = batchOf(entrySchema, { time: [origin + 40_000n, origin + 80_000n], tick: [1n, 3n], value: [encode(1), encode(2)] });
    expect(String(await rejection(ball.append(wrong)))).toMatch(/row 1.*tick 2.*tick is 3/);
    expect(stream.lastTick).toBeUndefined();
    await ball.append(rows(5n));
    expect(isSondeError(await rejection(ball.append(rows(5n))), "options")).toBe(true);
    expect(isSondeError(await rejection(ball.append(batchOf(schemaOf([timeField()]), { time: [1n] }))), "options")).toBe(true);
  });

  it("reads late events in order of time", async () => {
    const { session, source } = await open();
    for (const tick of [9n, 3n, 6n]) session.appendStims({ ticks: BigInt64Array.of(tick), channels: Uint8Array.of(Number(tick)) });
    const stims = await source.stream("stims");
    expect((await stims.rows().toArray()).map(({ tick, channel }) => [tick, channel])).toEqual([
      [3n, 3],
      [6n, 6],
      [9n, 9],
    ]);
    expect((await stims.describe()).rows).toBe(3);
  });

  it("tells a late follower the instant from which on there is data", async () => {
    const { session, clock } = device({ now: () => origin, history: "1ms" });
    const stream = session.createDataStream("ball");
    for (let tick = 0n; tick < 200n; tick++) stream.append(tick, 0);
    clock.tick = 200n;
    const source = await clSession.open({ session });
    const ball = await source.stream("data_stream/ball");
    const error = await rejection(ball.follow({ from: origin }).rows().first());
    if (!isSondeError(error, "overrun")) throw error;
    expect(error.resumeFrom).toBe(origin + 174n * 40_000n);
    expect((await ball.follow({ from: error.resumeFrom }).rows().first())?.tick).toBe(174n);
  });

  it("shows new streams, and leaves the session open when it closes", async () => {
    const { session, source } = await open();
    session.createDataStream("more");
    expect((await source.streams().toArray()).map(({ id }) => id)).toEqual([
      "samples",
      "spikes",
      "stims",
      "data_stream/ball",
      "data_stream/more",
    ]);
    await source.close();
    session.dataStreams.get("more")?.append(1n, 1);
    expect(isSondeError(await rejection(source.stream("stims")), "closed")).toBe(true);
  });
});
