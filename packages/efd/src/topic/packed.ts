import type { TimeRange } from "@sonde/core";
import { type Call, cellOf, chunksOf, type Data, type RecordBatch, sondeError } from "@sonde/core/connector";
import { Faults } from "../read/faults.js";
import { planRead } from "../read/plan.js";
import { readPlan } from "../read/read.js";
import { packedFields, packedTimes } from "../schema/packed-time.js";
import { scaleOf, type TimeScale } from "../schema/time-column.js";
import type { TopicShape } from "../schema/topic-shape.js";
import type { Session } from "../session.js";

/** A series that was packed, several samples a row. */
export type Packed = {
  /** Nanoseconds, UTC. */
  readonly times: BigInt64Array;
  /** In order: all used samples of the first row, then those of the second. NaN for null. */
  readonly values: Float64Array;
  /** The samples' times as the reference tells them: seconds by its own clock. */
  readonly reference: Float64Array;
};

export type PackedQuestion = {
  readonly base: string;
  readonly range: TimeRange | undefined;
  /** Only each such sample. */
  readonly stride: number;
  /** The column that tells when a row's first sample was taken, in seconds. */
  readonly reference: string;
  readonly scale: TimeScale | undefined;
};

/**
 * The samples of columns `<base>0` … `<base>N-1`, or of a column of lists `<base>`, as one series, at the times of {@link packedTimes}.
 */
export async function unpack(session: Session, topic: string, shape: TopicShape, question: PackedQuestion, call: Call): Promise<Packed> {
  const { base, stride, reference } = question;
  if (!shape.fields.some(({ column }) => column === reference)) {
    throw sondeError("not-found", `topic '${topic}' has no column '${reference}' to place packed samples by: name one by reference`, {
      id: reference,
    });
  }
  const columns = packedColumns(topic, shape, base);
  const plan = planRead(topic, shape, { range: question.range, columns: [...columns, reference] }, session.policy);
  const references: number[] = [];
  const rows: number[][] = [];
  for await (const batch of readPlan(session.archive, plan, new Faults(), call)) {
    const times = dataOf(batch, reference);
    const cells = columns.map((column) => dataOf(batch, column));
    for (let row = 0; row < batch.numRows; row++) {
      references.push(numberOf(cellOf(times, row)));
      rows.push(samplesOf(cells, row));
    }
  }
  const packed = rows[0]?.length ?? 0;
  const odd = rows.findIndex((samples) => samples.length !== packed);
  if (odd >= 0) {
    throw sondeError("unsupported", `topic '${topic}': '${base}' holds ${packed} samples a row, but ${rows[odd]?.length} in row ${odd}`, {
      what: "packed series",
    });
  }
  const scale =
    question.scale ?? (reference.startsWith("private_") || reference === "timestamp" ? scaleOf(shape.schema, reference) : "tai");
  const { used, seconds, times } = packedTimes({ references: Float64Array.from(references), reference, scale, packed, stride });
  const values = new Float64Array(seconds.length);
  for (const [row, samples] of rows.entries()) {
    for (let index = 0; index < used; index++) values[row * used + index] = samples[index * stride] ?? Number.NaN;
  }
  return { times, values, reference: seconds };
}

/** The column of lists, or the numbered ones in the order of their numbers. */
function packedColumns(topic: string, shape: TopicShape, base: string): readonly string[] {
  const names = shape.fields.map(({ column }) => column);
  if (names.includes(base)) return [base];
  const numbered = packedFields(names, base);
  if (numbered.length > 0) return numbered;
  throw sondeError("not-found", `topic '${topic}' has neither columns ${base}0, ${base}1, … nor a column of lists '${base}'`, { id: base });
}

function samplesOf(cells: readonly Data[], row: number): number[] {
  const [only] = cells;
  const cell = cells.length === 1 && only ? cellOf(only, row) : undefined;
  if (cell !== undefined && typeof cell === "object" && cell !== null) {
    // Lists of numbers come as typed arrays, others as arrays.
    return Array.from(cell as Iterable<unknown>, numberOf);
  }
  return cells.map((data) => numberOf(cellOf(data, row)));
}

function numberOf(cell: unknown): number {
  return typeof cell === "number" || typeof cell === "bigint" ? Number(cell) : Number.NaN;
}

function dataOf(batch: RecordBatch, name: string): Data {
  // A batch has one chunk of each column.
  return chunksOf(batch, name)[0] as Data;
}
