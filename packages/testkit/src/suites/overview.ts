import { timesOf } from "@sonde/core/connector";
import { ensure } from "../ensure.js";
import { readRows } from "../rows.js";
import { streamHas, suite } from "../rule.js";

const levelsOf = (levels: readonly number[] | undefined) => levels ?? [1, 2, 3];

export const overview = suite(
  "overview",
  {
    "thins the rows, the more the higher the level": async (context) => {
      const { stream, range } = await context.openFor("overview");
      const { times } = await context.rows(stream.id, range);
      let before = times.length;
      for (const level of levelsOf(context.fixture.overview?.levels)) {
        const query = { level, ...(range ? { range } : {}) };
        const rows = stream.overview && (await readRows(stream.overview.read(query, context.call())));
        const count = rows?.times.length ?? 0;
        ensure(count > 0 && count <= before, `level ${level} has ${count} rows, the one below ${before}`);
        before = count;
      }
      ensure(before < times.length || times.length <= 1, "no level has fewer rows than the stream");
    },
    "keeps to its range, ascending, in batches with rows": async (context) => {
      const { stream, range: given } = await context.openFor("overview");
      const { times } = await context.rows(stream.id, given);
      const [first, last] = [times[0], times.at(-1)];
      if (first === undefined || last === undefined) return;
      const range = { start: first, end: times[times.length >> 1] ?? last };
      for (const level of levelsOf(context.fixture.overview?.levels)) {
        let before = range.start;
        if (!stream.overview) return;
        for await (const batch of stream.overview.read({ level, range }, context.call())) {
          ensure(batch.numRows > 0, "a batch has no rows: leave it out");
          ensure(batch.schema.fields[0]?.name === "time", "the first column is not 'time'");
          for (const time of timesOf(batch)) {
            ensure(time >= before, `level ${level}: ${time} comes after ${before}`);
            ensure(time < range.end, `level ${level}: ${time} is outside [${range.start}, ${range.end})`);
            before = time;
          }
        }
      }
    },
    "projects to `time` and the columns asked for": async (context) => {
      const { stream, range } = await context.openFor("overview");
      const [level = 1] = levelsOf(context.fixture.overview?.levels);
      const query = { level, ...(range ? { range } : {}) };
      if (!stream.overview) return;
      const whole = await readRows(stream.overview.read(query, context.call()));
      const column = [...whole.columns.keys()].at(-1);
      if (column === undefined || column === "time") return;
      const part = await readRows(stream.overview.read({ ...query, columns: [column] }, context.call()));
      const names = [...part.columns.keys()].join(", ");
      ensure(names === `time, ${column}`, `columns [${column}] gave ${names}`);
    },
  },
  streamHas("overview"),
);
