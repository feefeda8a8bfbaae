import { decode } from "@sonde/msgpack-numpy";
import { describe, expect, test } from "vitest";
import { tutorialFile, withRecording } from "./support/fixture.js";

describe("a data stream", () => {
  test("gives its entries in a half-open range of ticks or times", async () => {
    await withRecording(tutorialFile, async ({ dataStreams, clock }) => {
      const stream = dataStreams.get("example_data_stream");
      expect(stream.size).toBe(4);
      expect(await stream.keys().toArray()).toEqual([2664n, 2665n, 2666n, 2667n]);
      expect(await stream.entries({ from: 2665n, to: 2667n }).toArray()).toEqual([
        [2665n, ["of", "arbitrary", "size"]],
        [2666n, "and type."],
      ]);
      expect(await stream.values({ to: 2665 }).toArray()).toEqual([{ arbitrary: "data" }]);
      expect(await stream.keys({ start: clock.origin + 2666n * 40_000n }).toArray()).toEqual([2666n, 2667n]);
      expect(await stream.entries({ from: 2665, to: 2665 }).count()).toBe(0);
      expect(() => stream.entries({ from: 2667, to: 2665 })).toThrow("ends before it starts");
    });
  });

  test("is read again each time", async () => {
    await withRecording(tutorialFile, async ({ dataStreams }) => {
      const entries = dataStreams.get("example_data_stream").entries();
      for (let time = 0; time < 2; time++) {
        const ticks: bigint[] = [];
        for await (const [tick] of entries) ticks.push(tick);
        expect(ticks).toEqual([2664n, 2665n, 2666n, 2667n]);
      }
    });
  });

  test("finds keys, values and entries by position", async () => {
    await withRecording(tutorialFile, async ({ dataStreams }) => {
      const stream = dataStreams.get("example_data_stream");
      expect(await stream.keys().at(-1)).toBe(2667n);
      expect(await stream.keys({ to: 2667n }).at(-1)).toBe(2666n);
      expect(await stream.values().at(0)).toEqual({ arbitrary: "data" });
      expect(await stream.entries().at(-2)).toEqual([2666n, "and type."]);
      for (const position of [4, -5, 0.5]) expect(await stream.keys().at(position)).toBe(undefined);
    });
  });

  test("finds values by tick: exact, in force, nearest", async () => {
    await withRecording("streams.h5", async ({ dataStreams }) => {
      const stream = dataStreams.get("arrays");
      expect(String(await stream.get(20))).toBe("[[20. 21.]\n [22. 23.]]");
      await expect(stream.get(21n)).rejects.toMatchObject({ code: "not-found", id: "21" });
      expect([await stream.has(20), await stream.has(21)]).toEqual([true, false]);
      const tickOf = async (entry: Promise<readonly [bigint, unknown] | undefined>) => (await entry)?.[0];
      expect(await tickOf(stream.at(29))).toBe(20n);
      expect(await tickOf(stream.at(30))).toBe(30n);
      expect(await stream.at(-1)).toBe(undefined);
      expect(await tickOf(stream.nearest(25))).toBe(20n);
      expect(await tickOf(stream.nearest(26))).toBe(30n);
      expect(await tickOf(stream.nearest(-100))).toBe(0n);
      expect(await tickOf(stream.nearest(10n ** 12n))).toBe(40n);
      expect(await dataStreams.get("empty").nearest(5)).toBe(undefined);
      expect(await dataStreams.get("empty").keys().at(-1)).toBe(undefined);
    });
  });

  test("shows how an entry is stored, and what it is without NumPy", async () => {
    await withRecording(tutorialFile, async ({ dataStreams }) => {
      const entry = (await dataStreams.get("example_data_stream").entries().at(-1))!;
      expect(entry.tick).toBe(2667n);
      expect(entry.value).toMatchObject({ dtype: "<u8", shape: [3] });
      expect(decode(entry.bytes)).toEqual(entry.value);
      expect(entry.plain).toBeInstanceOf(Map);
      expect(entry.bytes).toHaveLength(65);
    });
  });

  test("has attributes that need no waiting", async () => {
    await withRecording(tutorialFile, async ({ dataStreams }) => {
      const stream = dataStreams.get<{ score: number }>("example_data_stream");
      expect(stream.attributes.application.score).toBe(2);
      expect(stream.attributes.name).toBe("example_data_stream");
      expect(String(stream.attributes)).toBe(`/data_stream/example_data_stream, 2 attributes:
   [application := { score: 2, another_attrbute: [0, 1, 2, 3], new_attribute: 9.9 },
    name := "example_data_stream"]`);
    });
  });

  test("keeps keys that are no text, and those that would be dangerous", async () => {
    await withRecording("streams.h5", async ({ dataStreams }) => {
      const mixed = await dataStreams.get("mixed").values().toArray();
      expect(mixed[0]).toEqual(new Map([[1, "int key"]]));
      expect(mixed[1]).toEqual(new Map([[[1, 2], "tuple key"]]));
      const [first] = await dataStreams.get("prototype").values().toArray();
      expect(Object.entries(first as object)).toEqual([["__proto__", 1], ["constructor", 2]]); // biome-ignore format: one line
    });
  });

  test("is put in order of time", async () => {
    await withRecording("streams.h5", async ({ dataStreams, warnings }) => {
      expect(await dataStreams.get("shuffled").entries().toArray()).toEqual([
        [10n, 1],
        [20n, 2],
        [20n, 4],
        [30n, 3],
      ]);
      expect(await dataStreams.get("shuffled").get(20)).toBe(2);
      expect(warnings).toEqual([expect.stringContaining("not in order of time")]);
    });
  });

  test("hands out what comes before damage, and names the damaged entry", async () => {
    await withRecording("damaged.h5", async ({ dataStreams, warnings }) => {
      expect(warnings).toEqual([expect.stringContaining("'without_data' is left out")]);
      for (const name of ["cut", "outside", "negative"]) {
        const seen: bigint[] = [];
        const reading = async () => {
          for await (const [tick] of dataStreams.get(name)) seen.push(tick);
        };
        await expect(reading(), name).rejects.toMatchObject({
          code: "format",
          message: expect.stringContaining("tick 2"),
          key: expect.stringContaining(`data_stream/${name}`),
        });
        expect(seen).toEqual([1n]);
      }
      expect(await dataStreams.get("cut").get(3)).toBe("whole");
    });
  });
});

describe("the data streams of a recording", () => {
  test("are a collection by name", async () => {
    await withRecording("streams.h5", async ({ dataStreams }) => {
      expect(dataStreams.size).toBe(13);
      expect(dataStreams.keys().slice(0, 3)).toEqual(["arrays", "ball", "changing"]);
      expect([...dataStreams].map(({ name }) => name)).toEqual(dataStreams.keys());
      expect(dataStreams.has("ball") && !dataStreams.has("toString")).toBe(true);
      expect(() => dataStreams.get("bal")).toThrow("no data stream 'bal' in this recording: there are arrays, ball,");
    });
  });

  test("print their names", async () => {
    await withRecording(tutorialFile, async ({ dataStreams }) => {
      expect(String(dataStreams)).toBe("Data Streams:\n    example_data_stream (4 entries)");
      expect(String(dataStreams.get("example_data_stream"))).toBe("Data stream example_data_stream: 4 entries");
    });
  });
});
