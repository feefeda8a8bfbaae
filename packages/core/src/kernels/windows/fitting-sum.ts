import { DataType } from "apache-arrow";
import { sondeError } from "../../errors.js";

/** The exact sum of a window of 64-bit integers, or an error `limit` where their type can't hold it: it is never wrapped. */
export function fittingSum(sum: bigint, type: DataType, start: bigint): bigint {
  const [least, greatest] = DataType.isInt(type) && type.isSigned ? [-(2n ** 63n), 2n ** 63n - 1n] : [0n, 2n ** 64n - 1n];
  if (sum >= least && sum <= greatest) return sum;
  throw sondeError("limit", `the sum ${sum} of the window at ${start} does not fit 64 bits: ask for narrower windows, or for the mean`, {
    what: "sum",
    asked: sum,
    allowed: sum < 0n ? least : greatest,
  });
}
