import { ensure } from "../ensure.js";

/** What the contract allows between an abort and its rejection, in ms. */
const allowed = 50;

/** The best of three counts: a busy machine delays timers, a driver that does not listen is late each time. */
export async function promptly(what: string, measure: () => Promise<number>): Promise<void> {
  let best = Number.POSITIVE_INFINITY;
  for (let attempt = 0; attempt < 3 && best > allowed; attempt++) best = Math.min(best, await measure());
  ensure(
    best <= allowed,
    `${what} rejected ${Math.round(best)} ms after the abort, ${allowed} are allowed: pass call.signal on to what it waits for`,
  );
}
