export type { CallOptions } from "./call.js";
export type { Btrdb, CreateOptions, SearchOptions, ServerInfo, StreamIdentifier } from "./client/btrdb.js";
export type { CsvOptions } from "./client/csv.js";
export type { StreamFilter, TextFilter } from "./client/filter.js";
export type { InsertOptions, Merge } from "./client/insert.js";
export type { Tags } from "./client/metadata.js";
export type { PointsInput } from "./client/points-to-insert.js";
export type { JoinOptions } from "./client/set-plan.js";
export type {
  AlignedWindowsOptions,
  BtrdbStream,
  ChangesOptions,
  CountOptions,
  NearestOptions,
  ReadOptions,
  VersionOptions,
  WindowsOptions,
} from "./client/stream.js";
export type { BtrdbStreamSet, ByUuid, CsvFileOptions, FilterOptions } from "./client/stream-set.js";
export type { Arrival } from "./client/subscribe.js";
export type { UpdateOptions } from "./client/update.js";
export { type ConnectOptions, connect } from "./connect.js";
export { btrdb } from "./connector.js";
export { type BtrdbInput, type BtrdbOptions, btrdbOptions, type ConnectInput } from "./options.js";
export type { Answer, RawPoint, StatPoint } from "./points/answer.js";
export { maximumTime, minimumTime, type RangeOptions } from "./points/clock.js";
export { type Version, versionOf } from "./points/version.js";
export { type AlignedPlan, windowsFor } from "./points/windows-for.js";
export type { BtrdbError, BtrdbErrorDetails } from "./transport/errors.js";
export { type GrpcCode, grpcCodes } from "./transport/grpc-codes.js";
export { type ServerCode, serverCodes } from "./transport/server-codes.js";
