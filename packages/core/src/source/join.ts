import { joinBatches, joinSchema } from "../kernels/join.js";
import { expandColumns } from "../table/columns.js";
import { fieldInfo } from "../table/field.js";
import { projectSchema } from "../table/schema.js";
import { batchesOf } from "./batches.js";
import type { Batches, Joinable, ReadOptions } from "./types.js";

/**
 * The outer join of streams on `time`, piece by piece: one row for each instant of any of them, null where one has none.
 * Columns are called `collection/name` (`NW/stream0`) where a stream has one column, with `/column` or `/statistic`
 * appended where it has several, and `#id` only where two streams would clash. The same options are asked of every stream.
 *
 * @example
 * ```ts
 * await writeCsv(join(streams, { start: 1500000000000000000n }), "data.csv");
 * ```
 */
export function join(streams: readonly Joinable[], options: ReadOptions = {}): Batches {
  const labels = labelsOf(streams);
  const inputs = () =>
    Promise.all(
      streams.map(async (stream, index) => {
        const described = (await stream.describe(options)).schema;
        const schema = options.columns === undefined ? described : projectSchema(described, expandColumns(described, options.columns));
        const values = schema.fields.filter(({ name }) => name !== "time");
        const quantities = new Set(values.map((field) => fieldInfo(field).of ?? field.name));
        const nameOf = (column: string) => {
          const label = labels[index] ?? stream.id;
          if (values.length === 1) return label;
          const field = values.find(({ name }) => name === column);
          const { statistic } = field ? fieldInfo(field) : {};
          return `${label}/${quantities.size === 1 && statistic !== undefined ? statistic : column}`;
        };
        return { schema, batches: stream.read(options), nameOf };
      }),
    );
  return batchesOf({
    what: `join of ${streams.length} streams`,
    schema: async () => joinSchema(await inputs()),
    async *iterate() {
      yield* joinBatches(await inputs());
    },
  });
}

function labelsOf(streams: readonly Joinable[]): string[] {
  const plain = streams.map(({ collection, name }) => (collection === undefined ? name : `${collection.replace(/\/$/, "")}/${name}`));
  return plain.map((label, index) => (plain.indexOf(label) === plain.lastIndexOf(label) ? label : `${label}#${streams[index]?.id}`));
}
