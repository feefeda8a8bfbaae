import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { aggregate } from "@sonde/efd";
import { floatBits } from "../lib/exact.mjs";

export async function suite({ cases, python, scratch }) {
  const random = generator(7);
  const windows = Array.from({ length: 1000 }, (_, index) => ({ kind: kinds[index % kinds.length], index }));
  const made = windows.map(({ kind }) => kind.values(random));
  const file = join(scratch, "windows.json");
  writeFileSync(
    file,
    JSON.stringify(
      made.map((values) => values.map((value) => (typeof value === "bigint" ? { integer: String(value) } : floatBits(value)))),
    ),
  );
  const theirs = await python("statistics_of.py", file);
  for (const { kind, index } of windows) {
    const values = made[index];
    const ours = () => Object.fromEntries(Object.entries(aggregate(values)).map(([name, value]) => [name, floatBits(value)]));
    await cases.compare(`window ${index}: ${values.length} ${kind.name}`, ours, theirs[index]);
  }
}

const many = (random, least, most, value) => Array.from({ length: least + Math.floor(random() * (most - least)) }, value);
const sign = (random) => (random() < 0.5 ? -1 : 1);

const kinds = [
  { name: "values of one size", values: (random) => many(random, 2, 100, () => 20 * random() - 10) },
  { name: "values of any size", values: (random) => many(random, 2, 30, () => sign(random) * 2 ** (600 * random() - 300) * random()) },
  { name: "values on an offset", values: (random) => many(random, 2, 50, () => 1e9 + random()) },
  {
    name: "values some units in the last place apart",
    values: (random) => {
      const centre = 2 ** Math.floor(40 * random() - 20) * (1 + random());
      return many(random, 2, 12, () => centre * (1 + Math.floor(8 * random()) * Number.EPSILON));
    },
  },
  {
    name: "values that cancel",
    values: (random) => {
      const half = many(random, 1, 10, () => sign(random) * 2 ** (100 * random()));
      return [...half, random(), ...half.map((value) => -value)];
    },
  },
  {
    name: "subnormal values",
    values: (random) => many(random, 2, 12, () => sign(random) * Math.floor(random() * 1000) * Number.MIN_VALUE),
  },
  { name: "zeros of both signs and a few", values: (random) => many(random, 2, 12, () => [0, -0, 1, -1][Math.floor(4 * random())]) },
  { name: "equal values", values: (random) => Array(2 + Math.floor(20 * random())).fill(random()) },
  { name: "whole numbers", values: (random) => many(random, 2, 40, () => BigInt(Math.floor(2000 * random()) - 1000)) },
  {
    name: "whole numbers of 64 bits",
    values: (random) =>
      many(random, 2, 40, () =>
        BigInt.asIntN(64, (BigInt(Math.floor(random() * 2 ** 32)) << 32n) | BigInt(Math.floor(random() * 2 ** 32))),
      ),
  },
];

/** Numbers from 0 to 1, the same in every run (a 32-bit xorshift, twice for 53 bits). */
function generator(state) {
  const next = () => {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    return state >>> 0;
  };
  return () => ((next() >>> 5) * 2 ** 26 + (next() >>> 6)) / 2 ** 53;
}
