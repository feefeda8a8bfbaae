import { type ArrayQuery, fieldInfo, isSondeError, type NdArray } from "@sonde/core/connector";
import type { Context } from "../context.js";
import { ensure, rejection, show } from "../ensure.js";
import { equal } from "../equal.js";
import { gather } from "../rows.js";
import { streamHas, suite } from "../rule.js";

/** So many arrays are looked at. */
const most = 8;

async function fieldOfArrays(context: Context): Promise<string> {
  const { stream } = await context.openFor("arrays");
  const { schema } = await stream.describe(context.call());
  const name = context.fixture.arrays?.field ?? schema.fields.find((field) => fieldInfo(field).role === "array")?.name;
  ensure(
    name !== undefined && schema.fields.some((field) => field.name === name),
    "no column has role 'array': rows must name their arrays",
  );
  return name;
}

async function arraysOf(context: Context, query: ArrayQuery): Promise<NdArray[]> {
  const { stream } = await context.openFor("arrays");
  ensure(stream.arrays, "the stream has no `arrays`");
  return gather(stream.arrays.read(query, context.call()), most);
}

async function first(context: Context): Promise<{ field: string; arrays: NdArray[] }> {
  const field = await fieldOfArrays(context);
  const { range } = await context.openFor("arrays");
  const arrays = await arraysOf(context, { field, ...(range ? { range } : {}) });
  ensure(arrays.length > 0, "the stream for arrays has none");
  return { field, arrays };
}

/** Elements of `array` inside `slice`, row-major. */
function slicedLocally({ shape, data }: NdArray, slice: readonly (readonly [number, number])[]): unknown[] {
  let kept = [0];
  for (const [dimension, size] of shape.entries()) {
    const [start, end] = slice[dimension] ?? [0, size];
    kept = kept.flatMap((offset) => Array.from({ length: end - start }, (_, index) => offset * size + start + index));
  }
  return kept.map((index) => data[index]);
}

export const arrays = suite(
  "arrays",
  {
    "have the shape of their data": async (context) => {
      const { field, arrays } = await first(context);
      for (const { shape, data, field: said, level, ref, dims } of arrays) {
        const size = shape.reduce((product, side) => product * side, 1);
        ensure(size === data.length, `'${ref}' has shape ${shape.join(" x ")} and ${data.length} elements`);
        ensure(said === field && level === 0, `'${ref}' is of field '${said}', level ${level}; asked were '${field}', 0`);
        ensure(dims === undefined || dims.length === shape.length, `'${ref}' names ${dims?.length} of ${shape.length} dimensions`);
      }
    },
    "are named by the rows, and lie at their times": async (context) => {
      const { field, arrays } = await first(context);
      const { stream, range } = await context.openFor("arrays");
      const rows = await context.rows(stream.id, range);
      const refs = rows.columns.get(field) ?? [];
      for (const { ref, time } of arrays) {
        const row = refs.indexOf(ref);
        ensure(row >= 0, `no row names '${ref}' in '${field}'`);
        ensure(
          refs.some((other, index) => other === ref && rows.times[index] === time),
          `'${ref}' is at ${time}, its row at ${rows.times[row]}`,
        );
      }
    },
    "come in time order, inside the half-open range": async (context) => {
      const { field, arrays } = await first(context);
      const [start, end] = [arrays[0]?.time ?? 0n, arrays.at(-1)?.time ?? 0n];
      ensure(
        arrays.every(({ time }, index) => index === 0 || time >= (arrays[index - 1]?.time ?? time)),
        "arrays descend in time",
      );
      const wanted = arrays.filter(({ time }) => time < end).map(({ ref }) => ref);
      const got = (await arraysOf(context, { field, range: { start, end } })).map(({ ref }) => ref);
      ensure(equal(got, wanted), () => `arrays in [${start}, ${end}) are ${show(got)} instead of ${show(wanted)}`);
    },
    "come back by `refs`, exactly these in this order": async (context) => {
      const { field, arrays } = await first(context);
      const refs = arrays.map(({ ref }) => ref).reverse();
      const got = await arraysOf(context, { field, refs });
      ensure(
        equal(
          got.map(({ ref }) => ref),
          refs,
        ),
        () => `asked for ${show(refs)}, got ${show(got.map(({ ref }) => ref))}`,
      );
      ensure(equal(got[0]?.data, arrays.at(-1)?.data), "an array by ref has other elements than by range");
    },
    "refuse a ref that there is not": async (context) => {
      const field = await fieldOfArrays(context);
      const ref = "sonde-testkit-no-such-ref";
      const error = await rejection(`arrays of '${ref}'`, () => arraysOf(context, { field, refs: [ref] }));
      ensure(isSondeError(error, "not-found"), `${show(error)} is not not-found`);
    },
    "are cut by half-open slices": async (context) => {
      const { field, arrays } = await first(context);
      const [whole] = arrays;
      if (whole === undefined) return;
      const slice = whole.shape.map((side, index): [number, number] => (index < 2 && side > 2 ? [1, side - 1] : [0, side]));
      const [part] = await arraysOf(context, { field, refs: [whole.ref], slice });
      ensure(
        equal(
          part?.shape,
          slice.map(([start, end]) => end - start),
        ),
        `slice ${show(slice)} has shape ${show(part?.shape)}`,
      );
      ensure(equal(Array.from<unknown>(part?.data ?? []), slicedLocally(whole, slice)), `slice ${show(slice)} holds other elements`);
    },
    "say which level they are of, and halve their sides": async (context) => {
      const { field, arrays } = await first(context);
      const [whole] = arrays;
      if (whole === undefined) return;
      for (const level of context.fixture.arrays?.levels ?? [1]) {
        const [coarse] = await arraysOf(context, { field, refs: [whole.ref], level });
        ensure(coarse !== undefined && coarse.level >= 0, `level ${level} gave nothing`);
        ensure(Number.isInteger(coarse.level), `level ${coarse.level} is not whole`);
        for (const [index, side] of whole.shape.entries()) {
          const got = coarse.shape[index] ?? 0;
          const halved = side / 2 ** coarse.level;
          // Channels are no side; odd sides round either way.
          ensure(got === side || Math.abs(got - halved) <= 1, `level ${coarse.level} has side ${got} of ${side}`);
        }
        const size = coarse.shape.reduce((product, side) => product * side, 1);
        ensure(coarse.level === 0 || size < whole.data.length, `level ${coarse.level} has ${size} elements, level 0 ${whole.data.length}`);
      }
    },
  },
  streamHas("arrays"),
);
