import type { Span } from "@sonde/core";
import type { FeedOptions } from "../live/feed.js";
import { spanToTicks } from "./ticks.js";

const megabyte = 2 ** 20;
/** Items that a reader may be behind. */
const capacity = 10_000;

/** What each of a session's feeds keeps: so long, and never more than some megabytes for each second of it. */
export function feedOptions(history: Span, framesPerSecond: number): (name: string, megabytesPerSecond: number) => FeedOptions {
  const historyTicks = spanToTicks(history, framesPerSecond);
  const seconds = Math.max(1, Number(historyTicks / BigInt(framesPerSecond)));
  return (name, megabytesPerSecond) => ({ name, historyTicks, historyBytes: seconds * megabytesPerSecond * megabyte, capacity });
}
