import { existsSync, readFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { faulty, fromBytes, isSondeError, sondeError } from "@sonde/core/bytes";
import { describe, expect, test } from "vitest";

import { refusal, using } from "./fixture.js";

/** Written beside each recording by the reader of the system that made it. */
type Expected = {
  readonly attributes: { readonly [name: string]: unknown };
  /** Null: recorded without samples. */
  readonly samples_shape: readonly number[] | null;
  readonly samples_head: readonly (readonly number[])[];
  readonly samples_sum: number;
  readonly spikes_ts: readonly number[];
  readonly spikes_ch: readonly number[];
  readonly spike0: readonly number[];
  readonly stims: readonly (readonly [number, number])[];
};

const folder = join(resolve(import.meta.dirname, "../../..", process.env.SONDE_REFERENCE ?? "../shared/data"), "cl");

if (!existsSync(folder)) {
  test("needs the reference recordings", () => {
    console.warn(`no recordings at ${folder}: set SONDE_REFERENCE; nothing was compared`);
  });
} else {
  describe("recordings of a simulator", () => {
    for (const name of ["sdk100_full", "sdk100_excl"]) {
      test(`${name}: samples, spikes and stims are what Python reads`, () => {
        const expected = JSON.parse(readFileSync(join(folder, `${name}.expected.json`), "utf8")) as Expected;
        const path = join(folder, name === "sdk100_excl" ? `${name}_from_frames_ago.h5` : `${name}.h5`);
        return using(path, async (file) => {
          if (expected.samples_shape !== null) {
            const samples = await file.dataset("samples");
            expect(samples.shape).toEqual(expected.samples_shape);
            const head = expected.samples_head.flat();
            expect(Array.from((await samples.read()) as Int16Array).slice(0, head.length)).toEqual(head);
            let sum = 0;
            for await (const { values } of samples.blocks({ blockRows: 300 })) for (const value of values) sum += Number(value);
            expect(sum).toBe(expected.samples_sum);
          }
          const spikes = await (await file.dataset("spikes")).fields({ names: ["timestamp", "channel", "samples"] });
          expect(Array.from(spikes.timestamp as BigInt64Array, Number)).toEqual(expected.spikes_ts);
          expect(Array.from(spikes.channel as Uint8Array)).toEqual(expected.spikes_ch);
          expect(Array.from(spikes.samples as Float32Array).slice(0, 75)).toEqual(expected.spike0);
          const stims = await (await file.dataset("stims")).fields({ names: ["timestamp", "channel"] });
          expect(Array.from(stims.timestamp as BigInt64Array, (timestamp, k) => [Number(timestamp), stims.channel[k]])).toEqual(
            expected.stims,
          );
          const attributes = await file.attributes();
          for (const [attribute, value] of Object.entries(expected.attributes)) {
            const read = attributes.get(attribute)?.value;
            // Dictionaries are pickles: their text is another package's to read. Empty text has a null dataspace.
            if (typeof value === "number") expect(Number(read), attribute).toBe(value);
            else if (typeof value === "string") expect(read ?? "", attribute).toBe(value);
            else expect(String(read).endsWith("."), attribute).toBe(true);
          }
        });
      });
    }

    test("with filters that are not built in are refused by name, the others read", async () => {
      for (const [name, word] of [
        ["filter_blosc.h5", "blosc"],
        ["filter_lzo.h5", "lzo"],
      ] as const) {
        await using(join(folder, name), async (file) => {
          const spikes = await file.dataset("spikes");
          expect((await refusal(spikes.fields())).message).toContain(word);
        });
      }
      await using(join(folder, "filter_zlib.h5"), async (file) => {
        const { timestamp } = await (await file.dataset("spikes")).fields({ names: ["timestamp"] });
        expect(timestamp.length).toBeGreaterThan(0);
      });
    });

    test("whose every read fails once give that error, and then the data", async () => {
      const bytes = new Uint8Array(readFileSync(join(folder, "sdk100_full.h5")));
      const injected = sondeError("connection", "cut", { retryable: true });
      let failAt = 1;
      for (; failAt < 200; failAt++) {
        const source = faulty(fromBytes(bytes), { failAt, error: injected });
        const work = async () => {
          await using(source, async (file) => {
            const read = async () => {
              let objects = 0;
              for await (const { kind, path } of file.walk()) {
                objects++;
                if (kind === "dataset") expect((await (await file.dataset(path)).bytes()).length).toBeGreaterThanOrEqual(0);
              }
              return objects;
            };
            const outcome = await read().catch((error: unknown) => error);
            if (isSondeError(outcome)) expect(outcome).toBe(injected);
            expect(await read()).toBeGreaterThan(20);
          });
        };
        const outcome = await work().catch((error: unknown) => error);
        if (outcome !== undefined) expect(outcome).toBe(injected);
        expect(source.closed).toBe(true);
        if (source.failures === 0) break;
      }
      expect(failAt).toBeLessThan(200);
      console.log(`faults: each of ${failAt - 1} reads failed once`);
    });
  });
}
