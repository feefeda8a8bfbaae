import fc from "fast-check";
import { expect, test } from "vitest";
import { isUrl, joinTarget, splitTarget } from "../src/address.js";

const none = async () => false;
const only =
  (...names: string[]) =>
  async (name: string) =>
    names.includes(name);
const runs = 2000;

test.each([
  ["rec.h5", "rec.h5", undefined],
  ["rec.h5:spikes", "rec.h5", "spikes"],
  ["rec.h5:data_stream/ball", "rec.h5", "data_stream/ball"],
  ["./a:b.h5:spikes", "./a:b.h5", "spikes"],
  ["C:\\x.h5", "C:\\x.h5", undefined],
  ["C:\\x.h5:spikes", "C:\\x.h5", "spikes"],
  ["c:/x.h5:data_stream/ball", "c:/x.h5", "data_stream/ball"],
  ["btrdb://host:4411", "btrdb://host:4411", undefined],
  ["btrdb://host:4411/", "btrdb://host:4411/", undefined],
  ["btrdb://host:4411/NW:07d28a44", "btrdb://host:4411/NW", "07d28a44"],
  ["btrdb://[::1]:4411/NW:07d28a44", "btrdb://[::1]:4411/NW", "07d28a44"],
  ["btrdb://host:4411:07d28a44", "btrdb://host:4411", "07d28a44"],
  ["btrdb://host:stream", "btrdb://host", "stream"],
  ["btrdb://[::1]:stream", "btrdb://[::1]", "stream"],
  ["btrdb://user:secret@host", "btrdb://user:secret@host", undefined],
  ["https://host/x.h5", "https://host/x.h5", undefined],
  ["https://host/x.h5:spikes", "https://host/x.h5", "spikes"],
  ["https://host/x.h5?sig=a:b:", "https://host/x.h5?sig=a:b", undefined],
  ["file:///data/x.h5:spikes", "file:///data/x.h5", "spikes"],
  ["rec.h5:", "rec.h5", undefined],
  ["a:b.h5:", "a:b.h5", undefined],
  ["", "", undefined],
  [":", ":", undefined],
  ["C:", "C:", undefined],
])("splits %j at the last colon that separates", async (text, source, stream) => {
  expect(await splitTarget(text, none)).toEqual(stream === undefined ? { source } : { source, stream });
});

test("takes a whole text that names a file as the file", async () => {
  expect(await splitTarget("2024-12-19_15:20:34.h5", only("2024-12-19_15:20:34.h5"))).toEqual({ source: "2024-12-19_15:20:34.h5" });
  expect(await splitTarget("x:", only("x:"))).toEqual({ source: "x:" });
});

test("leaves colons to the stream where the file ends before them", async () => {
  expect(await splitTarget("runs:12:30.h5/spikes", only("runs"))).toEqual({ source: "runs", stream: "12:30.h5/spikes" });
});

test("gives the stream back after the last colon, whatever the file is called", async () => {
  const path = fc.string({ minLength: 2, maxLength: 20 }).filter((text) => !text.startsWith(":"));
  const stream = fc.string({ minLength: 1, maxLength: 20 }).filter((text) => !text.includes(":"));
  await fc.assert(
    fc.asyncProperty(path, stream, async (source, stream) => {
      const text = joinTarget({ source, stream });
      fc.pre(!/^[a-z]:[^:]*$/i.test(text) && !isUrl(text));
      expect(await splitTarget(text, none)).toEqual({ source, stream });
      expect(await splitTarget(text, only(source))).toEqual({ source, stream });
      expect(await splitTarget(text, only(text))).toEqual({ source: text });
    }),
    { numRuns: runs },
  );
  console.log(`${runs} file names with a stream`);
});

test("never separates at a drive's, a scheme's or a port's colon", async () => {
  const letters = fc.stringMatching(/^[a-z][a-z0-9]{1,8}$/);
  const path = fc.stringMatching(/^(\/[a-zA-Z0-9_. -]{1,8}){0,3}$/);
  const stream = fc.option(fc.stringMatching(/^[^:@]{1,12}$/), { nil: undefined });
  const urls = fc.tuple(letters, letters, fc.integer({ min: 1, max: 65_535 }), path).map(([scheme, host, port, path]) => ({
    source: `${scheme}://${host}:${port}${path}`,
  }));
  const drives = fc.tuple(fc.constantFrom("C", "z"), fc.constantFrom("\\", "/"), path).map(([drive, slash, path]) => ({
    source: `${drive}:${slash}${path}`,
  }));
  await fc.assert(
    fc.asyncProperty(fc.oneof(urls, drives), stream, async ({ source }, stream) => {
      const target = stream === undefined ? { source } : { source, stream };
      expect(await splitTarget(joinTarget(target), none)).toEqual(target);
    }),
    { numRuns: runs },
  );
  console.log(`${runs} addresses and drives`);
});

test("loses no character, however odd the text", async () => {
  await fc.assert(
    fc.asyncProperty(fc.string({ maxLength: 30 }), fc.boolean(), async (text, exists) => {
      const target = await splitTarget(text, async () => exists);
      expect([joinTarget(target), `${joinTarget(target)}:`]).toContain(text);
    }),
    { numRuns: runs },
  );
  console.log(`${runs} texts`);
});

test("tells addresses from paths", () => {
  expect(["btrdb://host", "file:///x", "HTTPS://host/x"].map(isUrl)).toEqual([true, true, true]);
  expect(["x.h5", "C:\\x.h5", "C://x", "run:1.h5", "./a://b"].map(isUrl)).toEqual([false, false, false, false, false]);
});
