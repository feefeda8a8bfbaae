import { sondeError } from "../errors.js";

/** An answer that ends before its end: a matter of the network, not of the data. */
export function cutOff(what: string) {
  return sondeError("connection", `${what}: the answer was cut off: ask again`, { target: what, retryable: true });
}
