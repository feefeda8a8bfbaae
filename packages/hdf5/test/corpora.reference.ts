import { createHash } from "node:crypto";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { isSondeError } from "@sonde/core/bytes";
import { afterAll, describe, expect, test } from "vitest";
import { type Hdf5File, openHdf5 } from "../src/index.js";

/** What h5py 3.16 says: values as text, integral ones in digits, others as the hexadecimal bits of a double. */
type Expected = {
  readonly status: "ok" | "partial" | "throw";
  readonly objs?: {
    readonly [path: string]: {
      readonly t: "D" | "G";
      readonly shape?: readonly string[];
      readonly n?: number;
      readonly h?: string;
      readonly err?: string;
    };
  };
};

const reference = resolve(import.meta.dirname, "../../..", process.env.SONDE_REFERENCE ?? "../shared/data");
const corpora = join(reference, "corpora");
const counts = { files: 0, refusedFiles: 0, equal: 0, refused: 0, moreThanH5py: 0, links: 0, slowest: 0 };
const refusals = new Map<string, number>();

if (!existsSync(corpora)) {
  test("needs the reference corpora", () => {
    console.warn(`no corpora at ${corpora}: set SONDE_REFERENCE; nothing was compared`);
  });
} else {
  // JSON keys of a file of ours: paths of corpora.
  const expectations = JSON.parse(readFileSync(join(corpora, "EXPECTED.hdf5.h5py3.16.json"), "utf8")) as { [file: string]: Expected };
  describe("files that nobody here wrote", () => {
    for (const folder of ["hdf5", "pytables"]) {
      for (const name of readdirSync(join(corpora, folder)).filter((entry) => entry.endsWith(".h5"))) {
        const key = `${folder}/${name}`;
        test(`${key} is read as h5py reads it, or refused with a typed error`, async () => {
          const started = performance.now();
          await compare(join(corpora, key), expectations[key]);
          counts.slowest = Math.max(counts.slowest, performance.now() - started);
        });
      }
    }
    afterAll(() => {
      console.log("compared with h5py 3.16:", JSON.stringify(counts));
      console.log("refused:", JSON.stringify(Object.fromEntries(refusals), undefined, 1));
    });
  });
}

async function compare(path: string, expected: Expected | undefined): Promise<void> {
  counts.files++;
  let file: Hdf5File;
  try {
    file = await openHdf5(path);
  } catch (error) {
    expect(isSondeError(error)).toBe(true);
    expect(expected?.status).not.toBe("ok");
    counts.refusedFiles++;
    return;
  }
  try {
    const problems: string[] = [];
    for (const [object, { t, shape, n, h, err }] of Object.entries(expected?.objs ?? {})) {
      if (t === "G") continue;
      try {
        const dataset = await file.dataset(object);
        expect(dataset.shape?.map(String), object).toEqual(shape);
        const values = await valuesOf(dataset);
        if (err !== undefined) counts.moreThanH5py++;
        if (h === undefined) continue;
        expect(values.length, object).toBe(n);
        const hash = createHash("sha1").update(values.join(",")).digest("hex").slice(0, 16);
        if (hash === h) counts.equal++;
        else problems.push(`${object}: ${values.slice(0, 4)} (${hash}) is not h5py's (${h})`);
      } catch (error) {
        if (!isSondeError(error)) throw error;
        counts.refused++;
        const reason =
          h === undefined
            ? "h5py gives no numbers either"
            : `${path.slice(corpora.length)} ${object}: ${error.message.replace(/^.*?: /, "")}`;
        refusals.set(reason, (refusals.get(reason) ?? 0) + 1);
      }
    }
    expect(problems).toEqual([]);
    let objects = 0;
    for await (const node of file.walk()) {
      objects++;
      if (node.kind === "link") counts.links++;
      else if (node.kind !== "damaged") {
        for (const attribute of (await file.attributes(node.path)).values()) {
          if (attribute.error !== undefined) expect(isSondeError(attribute.error)).toBe(true);
        }
      }
    }
    expect(objects).toBeLessThan(10_000);
  } catch (error) {
    if (!isSondeError(error)) throw error;
    expect(expected?.status, error.message).not.toBe("ok");
  } finally {
    await file.close();
  }
}

async function valuesOf(dataset: Awaited<ReturnType<Hdf5File["dataset"]>>): Promise<readonly string[]> {
  if (dataset.type.kind === "string") return dataset.strings();
  if (dataset.type.kind === "compound") {
    await dataset.bytes();
    return [];
  }
  return Array.from(await dataset.read(), canonical);
}

const double = new DataView(new ArrayBuffer(8));
function canonical(value: number | bigint): string {
  if (typeof value === "bigint" || Number.isInteger(value)) return String(value);
  double.setFloat64(0, value);
  return double.getBigUint64(0).toString(16).padStart(16, "0");
}
