import { type Description, formatSpan, intersect, type Source, type Stream, type TimeRange } from "@sonde/core";
import type { Field } from "@sonde/core/connector";
import { projectSchema } from "@sonde/core/connector";
import type { Activity, Context } from "../context.js";
import { activityLine } from "../output/activity.js";
import { bytesText } from "../output/progress.js";
import { counted, grouped, printable } from "../output/text.js";
import { rangeText } from "../range.js";

/** What would be asked of a stream. */
export type Question = {
  /** "rows", "windows of 10ms: min, max". */
  readonly what: string;
  readonly kind: "rows" | "windows" | "view" | "arrays";
  /** Rows of the answer as far as the question says; undefined: as many as there are. */
  readonly points?: number | undefined;
  readonly width?: bigint | undefined;
};

/** What a question would cost, told by what the archive says of itself: nothing of the data is read. */
export type Plan = {
  readonly source: string;
  readonly connector: string;
  readonly stream: string;
  readonly question: string;
  readonly range?: TimeRange | undefined;
  readonly columns: readonly string[];
  /** Who does the work: the archive itself (pushed down), or the command, which reads the rows for it. */
  readonly by: "store" | "local";
  /** Rows in the range, about; undefined where the archive does not say how many it has. */
  readonly rows?: number | undefined;
  /** Of these rows as Arrow columns, about; of columns of texts and lists not counted. */
  readonly bytes?: number | undefined;
  /** Rows of the answer, about. */
  readonly answer?: number | undefined;
  /** The pieces as stored that hold the range. */
  readonly objects?: { readonly count: number; readonly bytes: number; readonly more: boolean } | undefined;
  /** What was asked so far, to describe the stream and to list its pieces. */
  readonly asked: readonly Activity[];
};

/** Pieces that are counted at most. */
const mostObjects = 10_000;

export async function planOf(
  context: Context,
  {
    source,
    stream,
    name,
    description,
    range,
    columns,
    question,
  }: {
    readonly source: Source;
    readonly stream: Stream;
    readonly name: string;
    readonly description: Description;
    readonly range: TimeRange | undefined;
    readonly columns: readonly string[] | undefined;
    readonly question: Question;
  },
): Promise<Plan> {
  const { fields } = columns === undefined ? description.schema : projectSchema(description.schema, known(columns, description));
  const rows = rowsIn(description, range);
  const few = question.kind === "view" && rows !== undefined && rows <= 2 * (question.points ?? 0);
  const by = few || question.kind === "rows" || question.kind === "arrays" || canPushDown(stream, question) ? "store" : "local";
  return {
    source: name,
    connector: source.connector,
    stream: stream.id,
    question: few ? `${question.what}, which are the rows as stored` : question.what,
    range: range ?? description.extent ?? undefined,
    columns: fields.map((field) => field.name),
    by,
    rows,
    bytes: rows === undefined ? undefined : rows * fields.reduce((sum, field) => sum + bytesOf(field), 0),
    answer: answerRows(question, rows, range ?? description.extent ?? undefined),
    objects: await objectsIn(stream, range, context.signal),
    asked: [...context.activity],
  };
}

/** The columns that are there under their own names; a quantity stands for several. */
function known(columns: readonly string[], { schema }: Description): string[] {
  return schema.fields
    .filter((field) => field.name !== "time" && (columns.includes(field.name) || columns.includes(field.metadata.get("sonde:of") ?? "")))
    .map(({ name }) => name);
}

function canPushDown(stream: Stream, { kind }: Question): boolean {
  return stream.supports("windows") || (kind === "view" && stream.supports("overview"));
}

/** In proportion to the range, as if rows were spread evenly. */
export function rowsIn({ extent, rows }: Description, range: TimeRange | undefined): number | undefined {
  if (extent === null) return 0;
  if (rows === undefined || range === undefined || extent === undefined) return range === undefined ? rows : undefined;
  const { start, end } = intersect(range, extent);
  if (end <= start) return 0;
  return Math.min(rows, Math.ceil((rows * Number(end - start)) / Number(extent.end - extent.start)));
}

function answerRows({ points, width }: Question, rows: number | undefined, range: TimeRange | undefined): number | undefined {
  const most = points ?? (width === undefined || range === undefined ? undefined : Number((range.end - range.start) / width) + 1);
  if (most === undefined || rows === undefined) return most ?? rows;
  return Math.min(most, rows);
}

/** Of one cell; texts and lists count nothing, since nothing says how long they are. */
function bytesOf({ type }: Field): number {
  const text = String(type);
  const [, count = "1", inner = text] = /^FixedSizeList\[(\d+)\]<(.*)>$/.exec(text) ?? [];
  if (/^(Timestamp|Duration|Time64)/.test(inner)) return 8;
  const bits = Number(/^(?:Int|Uint|Float)(\d+)$/.exec(inner)?.[1] ?? (inner === "Bool" ? 1 : 0));
  return (Number(count) * bits) / 8;
}

async function objectsIn(stream: Stream, range: TimeRange | undefined, signal: AbortSignal): Promise<Plan["objects"]> {
  if (!stream.supports("objects")) return undefined;
  let count = 0;
  let bytes = 0;
  for await (const object of stream.objects({ ...range, signal })) {
    if (count === mostObjects) return { count, bytes, more: true };
    count += 1;
    bytes += object.bytes ?? 0;
  }
  return { count, bytes, more: false };
}

export async function printPlan({ out, json, style }: Context, plan: Plan): Promise<void> {
  if (json) {
    const { planToJson } = await import("../schema.js");
    await out.write(`${JSON.stringify(planToJson(plan))}\n`);
    return;
  }
  for (const [name, value] of planLines(plan)) await out.write(`${style.dim(name.padEnd(8))}  ${printable(value)}\n`);
}

function planLines({
  source,
  connector,
  stream,
  question,
  range,
  columns,
  by,
  rows,
  bytes,
  answer,
  objects,
  asked,
}: Plan): [string, string][] {
  const lines: [string, string][] = [
    ["plan", "nothing of the data was read"],
    ["stream", `${stream} of ${source} (${connector})`],
    ["range", range === undefined ? "everything" : rangeText(range)],
    ["columns", `${columns.slice(0, 8).join(", ")}${columns.length > 8 ? `, … ${grouped(columns.length - 8)} more` : ""}`],
    ["answer", `${question}${answer === undefined ? "" : `, about ${counted(answer, "row")}`}`],
    [
      "by",
      by === "store"
        ? "the archive, which is asked for no more than that"
        : `this command, which reads ${rows === undefined ? "all" : "the"} rows of the range`,
    ],
    [
      "rows",
      rows === undefined
        ? "the archive does not say how many"
        : `about ${grouped(rows)} in the range${bytes ? `, ${bytesText(bytes)} as columns` : ""}`,
    ],
  ];
  if (objects !== undefined)
    lines.push(["pieces", `${objects.more ? "more than " : ""}${counted(objects.count, "object")}, ${bytesText(objects.bytes)} as stored`]);
  const requests = asked.filter(({ kind }) => kind === "request");
  const taken = requests.reduce((sum, one) => sum + one.bytes, 0);
  const asking = requests.length === 0 ? "no requests" : `${counted(requests.length, "request")}, ${bytesText(taken)},`;
  lines.push(["asked", `${asking} so far, to tell this`]);
  return [...lines, ...requests.slice(0, 5).map((one): [string, string] => ["", activityLine(one)])];
}

/** "windows of 10ms: min, max" */
export function windowsText(width: bigint, statistics: readonly string[] | undefined): string {
  return `windows of ${formatSpan(width)}${statistics === undefined ? "" : `: ${statistics.join(", ")}`}`;
}
