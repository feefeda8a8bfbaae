import { type Span, toSpan } from "@sonde/core";
import type { CallOptions } from "../call.js";
import { type RangeOptions, rangeOf } from "../points/clock.js";
import { versionNumber } from "../points/version.js";
import { BTrDB, GenerateCSVParams_QueryType as QueryType } from "../proto/btrdb_pb.js";
import type { Session } from "./session.js";

export type CsvOptions = RangeOptions &
  CallOptions & {
    readonly version?: bigint | undefined;
    /** Statistics of windows of this width, in place of points. */
    readonly width?: Span | undefined;
    /** Statistics of aligned windows of 2^pointWidth ns, in place of points. */
    readonly pointWidth?: number | undefined;
    /** Whether the header names the versions. */
    readonly includeVersions?: boolean | undefined;
  };

/** Rows as the server prints them, the header first. */
export async function* generateCsv(
  { transport }: Session,
  streams: readonly { readonly uuid: Uint8Array; readonly label: string }[],
  options: CsvOptions,
): AsyncGenerator<readonly string[]> {
  const { width, pointWidth, includeVersions = false, signal, observe } = options;
  const { start, end } = rangeOf(options);
  const version = versionNumber(options.version);
  const request = {
    queryType:
      pointWidth !== undefined ? QueryType.ALIGNED_WINDOWS_QUERY : width !== undefined ? QueryType.WINDOWS_QUERY : QueryType.RAW_QUERY,
    startTime: start,
    endTime: end,
    windowSize: width === undefined ? 0n : toSpan(width),
    // The server takes the point width here.
    depth: pointWidth ?? 0,
    includeVersions,
    streams: streams.map((stream) => ({ ...stream, version })),
  };
  for await (const { row } of transport.list(BTrDB.method.generateCSV, request, { signal, observe })) yield row;
}
