import { refused } from "../errors.js";

/** Daubechies wavelets by their number of vanishing moments; with "NONE" nothing is transformed. */
export type WaveletType = "NONE" | "DB1" | "DB2" | "DB3" | "DB4" | "DB5";

/** In the order of their numbers in a header. */
export const waveletTypes: readonly WaveletType[] = ["NONE", "DB1", "DB2", "DB3", "DB4", "DB5"];

/** What a WaveletBuffer's header says of its signals. */
export interface WaveletParameters {
  /** `[length]`, or `[width, height]`: the width first, other than in the shape of a composition. */
  readonly signalShape: readonly [length: number] | readonly [width: number, height: number];
  /** Signals of that shape: the channels of an image. */
  readonly signalNumber: number;
  readonly decompositionSteps: number;
  readonly waveletType: WaveletType;
}

/** Steps that signals of this shape allow: after each the shortest side must hold the filter. */
export function maxDecompositionSteps({ signalShape, waveletType }: Pick<WaveletParameters, "signalShape" | "waveletType">): number {
  const moments = waveletTypes.indexOf(waveletType);
  if (moments < 1) return 0;
  let steps = 0;
  for (let least = Math.min(...signalShape) / (2 * moments - 1); least >= 2; least /= 2) steps++;
  return steps;
}

/** What is wrong with parameters; undefined where nothing is. Files are held to the same rules as users. */
export function parametersIssue(parameters: WaveletParameters): { readonly path: string; readonly message: string } | undefined {
  const { signalShape, signalNumber, decompositionSteps, waveletType } = parameters;
  const moments = waveletTypes.indexOf(waveletType);
  if (moments < 0) return { path: "waveletType", message: `is none of ${waveletTypes.join(", ")}` };
  if (signalShape.length !== 1 && signalShape.length !== 2) return { path: "signalShape", message: "has neither one nor two dimensions" };
  for (const side of signalShape) {
    if (!Number.isSafeInteger(side) || side < 0) return { path: "signalShape", message: "is not of whole numbers" };
    if (side < 2 * moments) return { path: "signalShape", message: `has a side of ${side}: ${waveletType} takes at least ${2 * moments}` };
  }
  if (!Number.isSafeInteger(signalNumber) || signalNumber < 1) return { path: "signalNumber", message: "is not a whole number above 0" };
  const most = maxDecompositionSteps(parameters);
  if (!Number.isSafeInteger(decompositionSteps) || decompositionSteps < 0 || decompositionSteps > most) {
    return { path: "decompositionSteps", message: `is ${decompositionSteps}: this shape and ${waveletType} allow 0 to ${most}` };
  }
  return undefined;
}

export function checkParameters(parameters: WaveletParameters): void {
  const issue = parametersIssue(parameters);
  if (issue !== undefined) throw refused(issue.path, issue.message);
}
