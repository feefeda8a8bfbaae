import { DataType, type Field, type Schema } from "apache-arrow";
import type { Statistic } from "../../contract.js";
import { sondeError } from "../../errors.js";
import { type FieldInfo, fieldInfo, fieldOf, provenanceMetadata, timeField } from "../../table/field.js";
import { schemaOf } from "../../table/schema.js";
import { arrowType } from "../../table/types.js";
import { type Quantity, quantitiesOf, statisticsOf } from "./quantities.js";

export interface WindowOptions {
  /** Of the batches that will come. */
  readonly schema: Schema;
  /** Of each window, in nanoseconds; windows are `[k * width, (k + 1) * width)`. */
  readonly width: bigint;
  readonly statistics: readonly Statistic[];
  /** Columns or quantities; all without. */
  readonly columns?: readonly string[] | undefined;
}

export interface WindowPlan {
  readonly schema: Schema;
  readonly quantities: readonly { readonly quantity: Quantity; readonly outputs: readonly Output[] }[];
  /** What rows' times are ahead of the start of the interval that they stand for, where `time` is its end. */
  readonly shift: bigint;
  /** Of rows that are statistics: the length of their intervals, and how far into one their time stands, less the shift. */
  readonly rows: { readonly width: bigint; readonly phase: bigint } | undefined;
}
export interface Output {
  readonly statistic: Statistic;
  readonly field: Field;
}

/**
 * What windows of a schema will hold. Each quantity gets the statistics asked for and always its count, where that can be
 * known: it makes them mergeable again. Rejects `unsupported` with what is stored where a statistic can't be derived.
 */
export function planWindows(options: WindowOptions): WindowPlan {
  const { schema, width, statistics } = options;
  if (typeof width !== "bigint" || width <= 0n || width > 0x7fff_ffff_ffff_ffffn) {
    throw sondeError("options", `windows of ${String(width)} ns: the width must be a positive bigint of 64 bits`, {});
  }
  const quantities = quantitiesOf(schema, options.columns).map((quantity) => ({ quantity, outputs: outputsOf(quantity, statistics) }));
  const time = schema.fields.find((field) => field.name === "time");
  const { at, width: rowWidth } = time ? fieldInfo(time) : {};
  const merged = quantities.some(({ quantity }) => quantity.kind === "statistics");
  const exact = !merged || (rowWidth !== undefined && rowWidth > 0n && width % rowWidth === 0n);
  const metadata = new Map(schema.metadata).set(...provenanceMetadata({ method: "windows", by: "local", exact, width }));
  const fields = quantities.flatMap(({ outputs }) => outputs.map(({ field }) => field));
  return {
    schema: schemaOf([timeField({ at: "start", width }), ...fields], metadata),
    quantities,
    shift: merged && at === "end" && rowWidth !== undefined ? rowWidth : 0n,
    rows: merged && rowWidth !== undefined && rowWidth > 0n ? { width: rowWidth, phase: at === "middle" ? rowWidth / 2n : 0n } : undefined,
  };
}

/**
 * The schema of {@link windowBatches} in advance: `time` (the window's start), then `<statistic>_<quantity>` for each, count last.
 * Exactness in its provenance takes rows that are statistics to be aligned to multiples of their width, as Sonde's own are.
 */
export function windowSchema(options: WindowOptions): Schema {
  return planWindows(options).schema;
}

/** The columns of a quantity's windows: what was asked for, and its count. */
export function outputsOf(quantity: Quantity, asked: readonly Statistic[]): Output[] {
  const derivable = statisticsOf(quantity);
  // Rows without a number can only be counted, whatever is asked: a raster and its rate come from the same question.
  const wanted = new Set(quantity.name === "rows" && derivable.length === 1 ? [] : asked);
  for (const statistic of wanted) {
    if (derivable.includes(statistic)) continue;
    const stored = quantity.kind === "statistics" ? [...quantity.stored.keys()].join(", ") : "samples";
    throw sondeError("unsupported", `no ${statistic} of '${quantity.name}': stored are ${stored}, which give ${derivable.join(", ")}`, {
      what: statistic,
    });
  }
  wanted.delete("count");
  if (derivable.includes("count")) wanted.add("count");
  const count = derivable.includes("count") ? `count_${quantity.name}` : undefined;
  return [...wanted].map((statistic) => ({ statistic, field: outputField(quantity, statistic, count) }));
}

function outputField(quantity: Quantity, statistic: Statistic, count: string | undefined): Field {
  const name = `${statistic}_${quantity.name}`;
  const isRows = quantity.name === "rows" && quantity.kind !== "samples";
  if (statistic === "count") return fieldOf(name, arrowType.int64(), { statistic, ...(isRows ? {} : { of: quantity.name }) });
  const source =
    quantity.kind === "samples" ? quantity.field : quantity.kind === "statistics" ? sourceOf(quantity.stored, statistic) : undefined;
  const { unit, label } = source ? fieldInfo(source) : {};
  const info: FieldInfo = {
    ...(unit === undefined ? {} : { unit }),
    ...(label === undefined ? {} : { label }),
    statistic,
    of: quantity.name,
    ...(count === undefined ? {} : { count }),
  };
  const keeps = statistic === "min" || statistic === "max" || statistic === "sum";
  const type = keeps && source && isExact64(source) ? source.type : arrowType.float64();
  return fieldOf(name, type, info, true);
}

function sourceOf(stored: ReadonlyMap<Statistic, Field>, statistic: Statistic): Field | undefined {
  return stored.get(statistic) ?? (statistic === "sum" ? stored.get("mean") : stored.get("sum"));
}

/** 64-bit integers without a scale: their least, greatest and sum are kept exact in their own type. */
export function isExact64(field: Field): boolean {
  const { scale, offset } = fieldInfo(field);
  return DataType.isInt(field.type) && field.type.bitWidth === 64 && (scale ?? 1) === 1 && (offset ?? 0) === 0;
}
