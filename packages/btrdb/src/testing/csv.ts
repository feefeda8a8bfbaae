import { create } from "@bufbuild/protobuf";
import { formatNanos } from "@sonde/core";
import {
  AlignedWindowsParamsSchema,
  type GenerateCSVParams,
  GenerateCSVParamsSchema,
  GenerateCSVResponseSchema,
  GenerateCSVParams_QueryType as QueryType,
  WindowsParamsSchema,
} from "../proto/btrdb_pb.js";
import { checkRange } from "./bounds.js";
import { type Methods, messages, uuidText } from "./method.js";
import type { Version } from "./stream-points.js";
import { alignedWindows, plainWindows } from "./window-query.js";
import type { World } from "./world.js";

type Line = { readonly time: bigint; readonly cells: readonly string[] };
type Source = Version & { readonly lines: Iterable<Line> };

/** Rows of text: a header, then one row a time, its cells empty where a stream has nothing then. */
export function csvMethods(world: World): Methods {
  return {
    GenerateCSV: messages(GenerateCSVParamsSchema, GenerateCSVResponseSchema, function* (request) {
      const raw = request.queryType === QueryType.RAW_QUERY;
      const sources = request.streams.map(({ uuid, version, label }) => {
        const source = raw ? rawLines(world, request, uuid, version) : windowLines(world, request, uuid, version);
        return { label: request.includeVersions ? `${label}, ver. ${source.major}` : label, lines: source.lines[Symbol.iterator]() };
      });
      const names = (label: string) => (raw ? [label] : ["Min", "Mean", "Max", "Count"].map((statistic) => `${label} (${statistic})`));
      yield { isHeader: true, row: ["Timestamp (ns)", "Human-Readable Time (UTC)", ...sources.flatMap(({ label }) => names(label))] };
      const heads = sources.map(({ lines }) => lines.next());
      for (;;) {
        let time: bigint | undefined;
        for (const head of heads) if (!head.done && (time === undefined || head.value.time < time)) time = head.value.time;
        if (time === undefined) return;
        const cells: string[] = [];
        for (const [k, { lines }] of sources.entries()) {
          const head = heads[k];
          if (head === undefined || head.done || head.value.time !== time) {
            cells.push(...names("").map(() => ""));
            continue;
          }
          cells.push(...head.value.cells);
          heads[k] = lines.next();
        }
        yield { row: [String(time), secondText(time), ...cells] };
      }
    }),
  };
}

/** RFC 3339 to the second, the fraction cut off. */
function secondText(time: bigint): string {
  const second = time - (((time % 1_000_000_000n) + 1_000_000_000n) % 1_000_000_000n);
  return formatNanos(second).replace(/\.\d+/, "");
}

function rawLines(world: World, request: GenerateCSVParams, uuid: Uint8Array, version: bigint): Source {
  const { points } = world.store.get(uuidText(uuid));
  checkRange(request.startTime, request.endTime);
  const { snapshot, major, minor } = points.at(version);
  function* lines(): Generator<Line> {
    for (const { times, values } of snapshot.points(request.startTime, request.endTime)) {
      // Both columns have a value at every row below their length.
      for (let row = 0; row < times.length; row++) yield { time: times[row] as bigint, cells: [(values[row] as number).toFixed(6)] };
    }
  }
  return { major, minor, lines: lines() };
}

function windowLines(world: World, request: GenerateCSVParams, uuid: Uint8Array, versionMajor: bigint): Source {
  const range = { uuid, versionMajor, start: request.startTime, end: request.endTime };
  const { windows, major, minor } =
    request.queryType === QueryType.ALIGNED_WINDOWS_QUERY
      ? alignedWindows(world, create(AlignedWindowsParamsSchema, { ...range, pointWidth: request.depth }))
      : plainWindows(world, create(WindowsParamsSchema, { ...range, width: request.windowSize, depth: request.depth }));
  function* lines(): Generator<Line> {
    for (const { time, summary } of windows) {
      if (summary.count === 0) continue;
      yield { time, cells: [summary.min.toFixed(6), summary.mean.toFixed(6), summary.max.toFixed(6), String(summary.count)] };
    }
  }
  return { major, minor, lines: lines() };
}
