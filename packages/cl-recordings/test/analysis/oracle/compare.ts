/** What was found when two results were laid side by side. */
interface Comparison {
  numbers: number;
  /** Equal to the last bit. */
  identical: number;
  /** The largest distance, relative to the larger number or to the field's scale. */
  largest: number;
  readonly differences: string[];
}

export const newComparison = (): Comparison => ({ numbers: 0, identical: 0, largest: 0, differences: [] });

const tolerance = 1e-12;

/** Fields in which terms cancel, so that a number near 0 is as exact as its terms only: the size of those. */
export type Scales = { readonly [field: string]: number };

/** Compares every field of `theirs` with `ours`; numbers within 1e-12. `leftOut`: fields that we do not have. */
export function compare(
  found: Comparison,
  where: string,
  theirs: unknown,
  ours: unknown,
  options: { readonly leftOut?: readonly string[]; readonly scales?: Scales; readonly scale?: number } = {},
): void {
  if (typeof theirs === "number" && typeof ours === "number") {
    found.numbers++;
    if (theirs === ours) {
      found.identical++;
      return;
    }
    const distance = Math.abs(theirs - ours) / Math.max(Math.abs(theirs), Math.abs(ours), options.scale ?? 0);
    found.largest = Math.max(found.largest, distance);
    if (distance > tolerance) found.differences.push(`${where}: ${theirs} theirs, ${ours} ours`);
    return;
  }
  if (theirs === "nan" && ours === null) return;
  if (Array.isArray(theirs) && Array.isArray(ours) && theirs.length === ours.length) {
    for (const [at, item] of theirs.entries()) compare(found, `${where}[${at}]`, item, ours[at], options);
    return;
  }
  if (isRecord(theirs) && isRecord(ours)) {
    const names = new Set([...Object.keys(theirs), ...Object.keys(ours)]);
    for (const name of names) {
      if (options.leftOut?.includes(name)) continue;
      const scale = options.scales?.[name] ?? options.scale ?? 0;
      compare(found, `${where}.${name}`, theirs[name], ours[name], { ...options, scale });
    }
    return;
  }
  if (theirs !== ours) found.differences.push(`${where}: ${shown(theirs)} theirs, ${shown(ours)} ours`);
}

const isRecord = (value: unknown): value is { readonly [key: string]: unknown } =>
  typeof value === "object" && value !== null && !Array.isArray(value);
const shown = (value: unknown) => (Array.isArray(value) ? `${value.length} items` : JSON.stringify(value));
