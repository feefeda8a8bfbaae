export type { Many } from "@sonde/core/connector";
export type {
  BackEndCall,
  BusMessage,
  DeviceSettings,
  LostPackage,
  MessageBus,
  MetricColumn,
  MetricQuery,
  MetricRows,
  MetricStorage,
  MetricTopic,
  MetricType,
  PackageKey,
  PackageStorage,
  StoredPackage,
  StoredTopic,
  WalkOptions,
} from "./backends/types.js";
export type { CallOptions } from "./call.js";
export type { BackEndState } from "./client/back-ends.js";
export type {
  Drift,
  ExportOptions,
  MetricsOptions,
  Packages,
  PackagesOptions,
  Signal,
  StitchOptions,
  SubscribeOptions,
} from "./client/drift.js";
export type { DriftEvent } from "./client/event.js";
export type { ExportReport } from "./client/export.js";
export type { Gap, Overlap } from "./client/signal.js";
export type { Topic } from "./client/topics.js";
export type { PackageProblem } from "./client/walk.js";
export type { Within } from "./client/within.js";
export { type ConnectOptions, connect } from "./connect.js";
export { drift } from "./connector.js";
export { type BadPackages, type DriftInput, type DriftOptions, driftOptions } from "./options.js";
export { type DecodePackageOptions, decodePackage } from "./package/decode.js";
export { encodePackage, type MetaInput, type NamedInput, type PackageInput } from "./package/encode.js";
export type { ComposedImage, DriftImage } from "./package/image.js";
export { type ImageFileOptions, type ImageInput, toJpeg, toPng } from "./package/jpeg.js";
export { packageName, parsePackageName } from "./package/key.js";
export type { PackageLimits } from "./package/limits.js";
export type { ImageMeta, NamedStatus, PackageKind, PackageMeta, TimeSeriesMeta, WaveletMeta } from "./package/meta.js";
export type { DriftPackage, NamedScalar, NamedVariant, Payload } from "./package/package.js";
export type { PackageSignal, SampleTiming, SignalOptions } from "./package/signal.js";
export type { Severity, Status } from "./package/status.js";
export { type Trigger, triggersOf } from "./package/trigger.js";
