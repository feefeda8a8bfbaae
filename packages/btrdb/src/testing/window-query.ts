import type { AlignedWindowsParams, WindowsParams } from "../proto/btrdb_pb.js";
import { checkRange, floorTo } from "./bounds.js";
import { type TimedSummary, timedWindows } from "./columns.js";
import { uuidText } from "./method.js";
import { refusal, serverCode } from "./refusal.js";
import type { WindowGrid } from "./snapshot.js";
import type { Version } from "./stream-points.js";
import type { World } from "./world.js";

export type WindowAnswer = Version & { readonly windows: Iterable<TimedSummary> };

/** Both bounds are rounded down to multiples of 2^pointWidth; windows without points are left out. */
export function alignedWindows(world: World, request: AlignedWindowsParams): WindowAnswer {
  const { points } = world.store.get(uuidText(request.uuid));
  checkRange(request.start, request.end);
  if (request.pointWidth > 63) throw refusal(serverCode.invalidPointWidth, `point width ${request.pointWidth} is more than 63`);
  const width = 1n << BigInt(request.pointWidth);
  const origin = floorTo(request.start, request.pointWidth);
  const count = (floorTo(request.end, request.pointWidth) - origin) / width;
  if (count <= 0n) throw refusal(serverCode.invalidTimeRange, `no whole window of 2^${request.pointWidth} ns begins in the range`);
  const grid: WindowGrid = { origin, width, depth: 0, count };
  const { snapshot, major, minor } = points.at(request.versionMajor);
  return { major, minor, windows: timedWindows(snapshot.windows(grid), grid, false) };
}

/** The windows of `width` from `start` that end at or before `end`. */
export function plainWindows(world: World, request: WindowsParams): WindowAnswer {
  const { points } = world.store.get(uuidText(request.uuid));
  checkRange(request.start, request.end);
  if (request.width === 0n || request.depth > 63) {
    throw refusal(serverCode.invalidPointWidth, `windows of ${request.width} ns to a depth of ${request.depth}: the width is at least 1`);
  }
  const count = (request.end - request.start) / request.width;
  if (count === 0n) throw refusal(serverCode.invalidTimeRange, `no window of ${request.width} ns fits into the range`);
  const grid: WindowGrid = { origin: request.start, width: request.width, depth: request.depth, count };
  const { snapshot, major, minor } = points.at(request.versionMajor);
  return { major, minor, windows: timedWindows(snapshot.windows(grid), grid, world.emptyWindows) };
}
