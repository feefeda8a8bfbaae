import { isSondeError, type TimeRange } from "@sonde/core";
import {
  arrowType,
  batchOf,
  type Call,
  type ColumnInput,
  coalesceBatches,
  type Description,
  fieldOf,
  projectBatch,
  projectSchema,
  type RecordBatch,
  type Schema,
  type StreamDriver,
  schemaOf,
  timeField,
} from "@sonde/core/connector";
import { extentOfIds } from "../backends/objects.js";
import { type PackageProblem, walked } from "../client/walk.js";
import type { DriftPackage } from "../package/package.js";
import type { DriverContext, TopicParts } from "./context.js";
import { damageOf } from "./damage.js";
import { imageFields, refOf } from "./images.js";
import { liveOf } from "./live.js";
import { newestOf } from "./newest.js";
import { type Cells, own, type RecordShape } from "./record-shape.js";
import { typedColumns } from "./typed-columns.js";

/** Rows are made so many at a time. */
const ROWS = 256;
const ACCURACY = 1_000_000n;

/** One row for each package: images, scalars, typed data, text, aligned packages, and what has no meta data. */
export function recordMembers(
  context: DriverContext,
  parts: TopicParts,
): Pick<StreamDriver, "describe" | "read" | "newest" | "live" | "kind" | "known"> {
  const { session } = context;
  const { topic, newest } = parts;
  const { badPackages: bad } = session.options;
  const shape = shapeOf(newest);
  const status = fieldOf("status", arrowType.int32(), { role: "status", description: "Status of the package; 0 is good" }, true);
  const schema = schemaOf([timeField(), ...shape.fields, status]);

  async function* rows(range: TimeRange | undefined, columns: readonly string[] | undefined, call: Call): AsyncGenerator<RecordBatch> {
    call.signal.throwIfAborted();
    projectSchema(schema, columns);
    if (range !== undefined && range.start >= range.end) return;
    async function* batches(): AsyncGenerator<RecordBatch> {
      const problems: PackageProblem[] = [];
      const progress = { rows: 0, bytes: 0 };
      let waiting: Row[] = [];
      const flush = () => {
        const batch = projectBatch(batchOfRows(schema, waiting), columns);
        progress.rows += waiting.length;
        call.onProgress({ ...progress });
        waiting = [];
        return batch;
      };
      try {
        for await (const step of walked(session, topic, { range }, call)) {
          const row = rowOf(shape, step.package ?? step.problem.package);
          const problem = step.problem ?? row.problem;
          if (problem === undefined) {
            progress.bytes += step.package?.size ?? 0;
            // A row without a problem has its cells.
            waiting.push({ time: row.time, status: row.status, cells: row.cells } as Row);
          } else {
            problems.push(problem);
            if (bad === "throw") throw problem.error;
            if (bad === "null") waiting.push({ time: problem.id * 1_000_000n, status: problem.status?.code ?? null, cells: {} });
          }
          if (waiting.length >= ROWS) yield flush();
        }
      } catch (error) {
        if (waiting.length > 0) yield flush();
        throw error;
      }
      if (waiting.length > 0) yield flush();
      const damage = damageOf(problems, bad);
      if (damage !== undefined) throw damage;
    }
    yield* coalesceBatches(batches());
  }

  const read = (range: TimeRange, call: Call) => rows(range, undefined, call);
  const batch = (pkg: DriftPackage | null, time: bigint): RecordBatch =>
    batchOfRows(schema, [pkg === null ? { time, status: null, cells: {} } : { time, status: pkg.status.code, cells: shape.cells(pkg) }]);

  return {
    kind: shape.kind,
    known: { kind: shape.kind, schema, accuracy: ACCURACY },
    async describe(call): Promise<Description> {
      call.signal.throwIfAborted();
      const last = (await session.latest(topic, call)) ?? newest;
      let first = last.id;
      for await (const { id } of session.packages().keys(topic, {}, call)) {
        first = id;
        break;
      }
      return { kind: shape.kind, schema, extent: extentOfIds(first, last.id), accuracy: ACCURACY };
    },
    read: ({ range, columns }, call) => rows(range, columns, call),
    newest: newestOf(context, parts, { schema, read }),
    ...(session.backEnds.bus.backEnd === undefined ? {} : { live: liveOf(context, parts, { schema, read, batch }) }),
  };
}

type Row = { readonly time: bigint; readonly status: number | null; readonly cells: Cells };

function rowOf(shape: RecordShape, pkg: DriftPackage | undefined): Partial<Row> & { readonly problem?: PackageProblem } {
  if (pkg === undefined) return {};
  const { id, name, topic = "", time, status } = pkg;
  try {
    return { time, status: status.code, cells: shape.cells(pkg) };
  } catch (error) {
    if (!isSondeError(error)) throw error;
    return { problem: { id, name, topic, error } };
  }
}

function batchOfRows(schema: Schema, rows: readonly Row[]): RecordBatch {
  const inputs: { [name: string]: ColumnInput } = Object.create(null);
  for (const { name } of schema.fields) {
    if (name === "time") inputs[name] = BigInt64Array.from(rows, ({ time }) => time);
    else if (name === "status") inputs[name] = rows.map(({ status }) => status);
    else inputs[name] = rows.map(({ cells }) => (Object.hasOwn(cells, name) ? cells[name] : null));
  }
  return batchOf(schema, inputs);
}

/** What the rows of a topic look like, by its newest package. What later or earlier packages have besides is not shown. */
export function shapeOf(newest: DriftPackage): RecordShape {
  switch (newest.kind) {
    case "image": {
      const fields = imageFields(imageCount(newest));
      return {
        kind: "frames",
        fields: fields.map((name) => fieldOf(name, arrowType.utf8(), { role: "array" }, true)),
        cells: (pkg) => {
          const found = pkg.kind === "image" ? imageCount(pkg) : 0;
          return own(fields.map((name, index) => [name, index < found ? refOf(pkg.id, name) : null]));
        },
      };
    }
    case "scalars":
    case "typed":
      return typedColumns(newest);
    case "text":
      return {
        kind: "events",
        fields: [fieldOf("text", arrowType.utf8(), {}, true), fieldOf("mime_type", arrowType.utf8(), { role: "category" }, true)],
        cells: (pkg) => ({ text: pkg.text(), mime_type: pkg.meta?.kind === "text" ? pkg.meta.mimeType : null }),
      };
    case "aligned":
      return {
        kind: "events",
        fields: [fieldOf("packages", arrowType.utf8(), { role: "document", encoding: "json" }, true)],
        cells: (pkg) => ({ packages: JSON.stringify(pkg.aligned().map(({ topic, kind, size }) => ({ topic, kind, bytes: size }))) }),
      };
    default:
      return {
        kind: "events",
        fields: [fieldOf("bytes", arrowType.int32(), { unit: "B" }, true)],
        cells: ({ size }) => ({ bytes: size }),
      };
  }
}

/** Without decoding more than headers. */
function imageCount(pkg: DriftPackage): number {
  return Math.max(1, pkg.images().length);
}
