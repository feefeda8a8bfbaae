import { isSondeError } from "@sonde/core";
import { describe, expect, it } from "vitest";
import { device, pause, waveforms } from "./device.js";

async function take<T>(iterable: AsyncIterable<T>, count: number): Promise<T[]> {
  const found: T[] = [];
  for await (const item of iterable) {
    found.push(item);
    if (found.length === count) break;
  }
  return found;
}
async function overrun(work: Promise<unknown>): Promise<bigint | undefined> {
  const error: unknown = await work.then(
    () => undefined,
    (error: unknown) => error,
  );
  if (!isSondeError(error, "overrun")) throw new Error(`no overrun but ${error}`);
  return error.resumeFrom;
}

describe("following a data stream", () => {
  it("gives what comes from now on, as a recording would give it", async () => {
    const { session } = device();
    const stream = session.createDataStream("ball");
    stream.append(1n, "before");
    const following = take(stream.follow(), 2);
    await pause(5);
    stream.append(2n, { x: 1 });
    stream.append(3n, Float32Array.of(1.5));
    const [first, second] = await following;
    expect(first).toEqual([2n, { x: 1 }]);
    expect(String(second?.[1])).toBe("[1.5]");
  });

  it("begins in the past where it is asked to, and says from where on there is data where the past is gone", async () => {
    const { session } = device({ history: "4ms" });
    const stream = session.createDataStream("ball");
    for (let tick = 0n; tick <= 1000n; tick += 10n) stream.append(tick, Number(tick));
    expect((await take(stream.follow({ from: 955n }), 5)).map(([tick]) => tick)).toEqual([960n, 970n, 980n, 990n, 1000n]);
    const resumeFrom = await overrun(take(stream.follow({ from: 0n }), 1));
    expect(resumeFrom).toBeGreaterThan(800n);
    expect((await take(stream.follow({ from: resumeFrom }), 1))[0]?.[0]).toBe(900n);
  });

  it("misses nothing of a stream that lost nothing yet", async () => {
    const { session } = device();
    const stream = session.createDataStream("ball");
    stream.append(100n, "first");
    expect(await take(stream.follow({ from: 0n }), 1)).toEqual([[100n, "first"]]);
  });

  it("ends in overrun where its reader is too slow, and resumes without a loss", async () => {
    const { session } = device();
    const stream = session.createDataStream("ball");
    const reader = stream.follow({ capacity: 10 });
    for (let tick = 0n; tick < 10n; tick++) stream.append(tick, 0);
    for (let tick = 0n; tick < 5n; tick++) expect((await reader.next()).value).toEqual([tick, 0]);
    for (let tick = 10n; tick < 16n; tick++) stream.append(tick, 0);
    const resumeFrom = await overrun(reader.next());
    expect(resumeFrom).toBe(5n);
    expect(await reader.next()).toEqual({ done: true, value: undefined });
    expect((await take(stream.follow({ from: resumeFrom }), 11)).map(([tick]) => tick)).toEqual(
      Array.from({ length: 11 }, (_, k) => 5n + BigInt(k)),
    );
  });

  it("keeps for a reader within its capacity what is older than the history", async () => {
    const { session } = device({ history: 0n });
    const stream = session.createDataStream("ball");
    const reader = stream.follow({ capacity: 100 });
    for (let tick = 0n; tick < 50n; tick++) stream.append(tick * 1000n, 0);
    expect((await take(reader, 50)).length).toBe(50);
    stream.append(50_000n, 0);
    await overrun(take(stream.follow({ from: 0n }), 1));
  });

  it("holds a bounded history, however large the values", async () => {
    const { session } = device({ history: "1s" });
    const stream = session.createDataStream("images");
    const reader = stream.follow();
    const image = new Uint8Array(2 ** 20);
    for (let tick = 0n; tick < 40n; tick++) stream.append(tick, image);
    const resumeFrom = await overrun(reader.next());
    expect(resumeFrom).toBeGreaterThanOrEqual(32n);
  });

  it("stops at once by an abort, a return and the session's end", { retry: 2 }, async () => {
    const { session } = device();
    const stream = session.createDataStream("ball");
    const controller = new AbortController();
    const aborted = stream.follow({ signal: controller.signal });
    const waiting = aborted.next();
    const reason = new Error("the user left");
    const before = performance.now();
    controller.abort(reason);
    await expect(waiting).rejects.toBe(reason);
    expect(performance.now() - before).toBeLessThan(50);
    expect((await aborted.next()).done).toBe(true);
    await expect(stream.follow({ signal: controller.signal }).next()).rejects.toBe(reason);

    const left = stream.follow();
    const pending = left.next();
    await left.return?.();
    expect((await pending).done).toBe(true);

    const ended = take(stream.follow(), 10);
    stream.append(1n, "last");
    await session.close();
    expect(await ended).toEqual([[1n, "last"]]);
  });

  it("serves many readers, each in its own pace", async () => {
    const { session } = device();
    const stream = session.createDataStream("ball");
    const readers = Array.from({ length: 20 }, () => take(stream.follow(), 100));
    for (let tick = 0n; tick < 100n; tick++) {
      stream.append(tick, Number(tick));
      if (tick % 7n === 0n) await pause(1);
    }
    for (const reader of readers) expect((await reader).map(([tick]) => tick)).toEqual(Array.from({ length: 100 }, (_, k) => BigInt(k)));
  });

  it("tells the attributes as they are and as they become", async () => {
    const { session } = device();
    const stream = session.createDataStream("game", { attributes: { score: 0 } });
    const seen: unknown[] = [];
    const following = (async () => {
      for await (const attributes of stream.followAttributes()) seen.push(attributes);
    })();
    await pause(5);
    stream.setAttribute("score", 1);
    await pause(5);
    stream.setAttribute("score", 2);
    stream.updateAttributes({ more: true });
    await session.close();
    await following;
    expect(seen).toEqual([{ score: 0 }, { score: 1 }, { score: 2, more: true }]);
  });

  it("refuses a capacity that is none", () => {
    const { session } = device();
    const stream = session.createDataStream("ball");
    for (const capacity of [0, -1, 1.5, Number.NaN]) expect(() => stream.follow({ capacity })).toThrow(/capacity/);
  });
});

describe("following spikes, stims and samples", () => {
  it("gives the blocks as they come, without the caller's arrays", async () => {
    const { session } = device();
    const spikes = take(session.spikes.follow(), 1);
    const stims = take(session.stims.follow(), 2);
    const ticks = BigInt64Array.of(7n, 7n);
    session.appendSpikes({ ticks, channels: Uint8Array.of(1, 2), samples: waveforms(2) });
    session.appendStims({ ticks, channels: Uint8Array.of(3, 4) });
    ticks.fill(9n);
    session.appendStims({ ticks: BigInt64Array.of(5n), channels: Uint8Array.of(5) });
    expect(await spikes).toEqual([{ ticks: BigInt64Array.of(7n, 7n), channels: Uint8Array.of(1, 2), samples: waveforms(2) }]);
    expect((await stims).map(({ channels }) => [...channels])).toEqual([[3, 4], [5]]);
  });

  it("cuts the first block where a reader begins within it", async () => {
    const { session } = device();
    session.appendStims({ ticks: BigInt64Array.of(1n, 2n, 3n), channels: Uint8Array.of(1, 2, 3) });
    session.appendSamples({ tick: 0n, frames: Int16Array.from({ length: 16 }, (_, k) => k) });
    expect(await take(session.stims.follow({ from: 2n }), 1)).toEqual([{ ticks: BigInt64Array.of(2n, 3n), channels: Uint8Array.of(2, 3) }]);
    expect(await take(session.samples.follow({ from: 3n }), 1)).toEqual([{ tick: 3n, frames: Int16Array.of(12, 13, 14, 15) }]);
  });

  it("bounds the memory of samples that nobody reads", async () => {
    const { session } = device({ channelCount: 64, history: "1s" });
    const reader = session.samples.follow();
    for (let block = 0; block < 40; block++) session.appendSamples({ tick: BigInt(block * 2500), frames: new Int16Array(2500 * 64) });
    const resumeFrom = await overrun(reader.next());
    // 4 MB of 320 kB blocks.
    expect(resumeFrom).toBeGreaterThanOrEqual(25_000n);
  });
});
