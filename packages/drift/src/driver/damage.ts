import type { PackageProblem } from "../client/walk.js";
import type { BadPackages } from "../options.js";

/**
 * What a read says at its end: packages of a bad status are left out as asked, but one that is damaged or can't be had is told, once
 * everything else was delivered. Under "null" each has a row that says so already.
 */
export function damageOf(problems: readonly PackageProblem[], policy: BadPackages): unknown {
  if (policy === "null") return undefined;
  return problems.find(({ status }) => status === undefined)?.error;
}
