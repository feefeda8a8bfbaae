import type { TimeRange } from "@sonde/core";
import type { RawPoints } from "../wire/raw-points.js";
import { endOfTime, firstTime } from "./bounds.js";
import { functionSnapshot, type PointFunction } from "./function-points.js";
import { type MergeRule, sorted } from "./merge-points.js";
import { refusal, serverCode } from "./refusal.js";
import type { Snapshot } from "./snapshot.js";
import { deletePoints, insertPoints, type Tree } from "./tree.js";
import { addChanges, ChangedRanges } from "./tree-changes.js";
import { treeSnapshot } from "./tree-read.js";

/** A major version, and the number of points that are buffered on top of it. */
export type Version = { readonly major: bigint; readonly minor: bigint };
export type Pinned = Version & { readonly snapshot: Snapshot };

/** The points of one stream in all their versions. */
export interface StreamPoints {
  readonly version: Version;
  /** 0 is the latest, buffered points included. Rejects 450 for a version that there is not. */
  at(major: bigint): Pinned;
  insert(points: RawPoints, rule: MergeRule, commit: boolean): Version;
  /** Makes a version of what is buffered, and then one without [start, end). */
  delete(start: bigint, end: bigint): Version;
  flush(): Version;
  /** What differs between successive versions after `from` and up to `to`; see {@link ChangedRanges}. */
  changes(from: bigint, to: bigint, resolution: number): Version & { readonly ranges: readonly TimeRange[] };
}

/** That of a stream that was created and never written to. */
export const firstVersion = 10n;

/** `bufferLimit` points are gathered before they become a version; with 0 every insert is one. */
export function storedPoints(bufferLimit: number): StreamPoints {
  const committed: Tree[] = [undefined];
  let latest: Tree;
  let buffered = 0;
  const newest = (): bigint => firstVersion + BigInt(committed.length - 1);
  const version = (): Version => ({ major: newest(), minor: BigInt(buffered) });
  const treeAt = (major: bigint): Tree => (major < firstVersion ? undefined : committed[Number(major - firstVersion)]);
  const commit = (): void => {
    committed.push(latest);
    buffered = 0;
  };
  const flush = (): void => {
    if (buffered > 0) commit();
  };
  return {
    get version() {
      return version();
    },
    at(major) {
      if (major === 0n) return { ...version(), snapshot: treeSnapshot(latest) };
      if (major < firstVersion || major > newest()) {
        throw refusal(serverCode.versionNotAvailable, `version ${major} is not available: there are ${firstVersion} to ${newest()}`);
      }
      return { major, minor: 0n, snapshot: treeSnapshot(treeAt(major)) };
    },
    insert(points, rule, now) {
      latest = insertPoints(latest, sorted(points), rule);
      buffered += points.times.length;
      if (buffered > 0 && (now || buffered > bufferLimit)) commit();
      return version();
    },
    delete(start, end) {
      flush();
      latest = deletePoints(latest, start, end);
      commit();
      return version();
    },
    flush() {
      flush();
      return version();
    },
    changes(from, to, resolution) {
      const last = to === 0n ? newest() : to;
      checkVersions(from, last, newest());
      const found = new ChangedRanges(resolution);
      const neverWritten = committed.length === 1 && buffered === 0;
      const served = to === 0n ? version() : { major: to, minor: 0n };
      if (neverWritten && from < firstVersion) return { ...served, ranges: [{ start: firstTime, end: endOfTime }] };
      const begin = from < firstVersion ? firstVersion : from;
      for (let major = begin; major < last; major++) addChanges(treeAt(major), treeAt(major + 1n), found);
      if (to === 0n) addChanges(treeAt(last), latest, found);
      return { ...served, ranges: found.ranges };
    },
  };
}

/** Read only, and of one version. */
export function functionPoints(source: PointFunction): StreamPoints {
  const version: Version = { major: firstVersion + 1n, minor: 0n };
  const snapshot = functionSnapshot(source);
  const readOnly = (): never => {
    throw refusal(serverCode.operationNotAllowed, "the points of this stream are given by a function: it can't be written to");
  };
  return {
    version,
    at(major) {
      if (major === 0n || major === version.major) return { ...version, snapshot };
      throw refusal(serverCode.versionNotAvailable, `version ${major} is not available: there is ${version.major}`);
    },
    insert: readOnly,
    delete: readOnly,
    flush: () => version,
    changes(from, to, resolution) {
      checkVersions(from, to === 0n ? version.major : to, version.major);
      const found = new ChangedRanges(resolution);
      const first = snapshot.nearest(firstTime, false);
      const last = snapshot.nearest(endOfTime - 1n, true);
      if (from >= version.major || first === undefined || last === undefined) return { ...version, ranges: [] };
      found.add(first.time);
      found.add(last.time);
      const ranges = found.ranges;
      // One version made all of it, without gaps that are worth telling.
      return { ...version, ranges: [{ start: ranges[0]?.start ?? firstTime, end: ranges.at(-1)?.end ?? endOfTime }] };
    },
  };
}

function checkVersions(from: bigint, to: bigint, newest: bigint): void {
  if (from > to) throw refusal(serverCode.invalidVersions, `changes from version ${from} to ${to}: the first must not be the later one`);
  if (to > newest) throw refusal(serverCode.versionNotAvailable, `version ${to} is not available: the newest is ${newest}`);
}
