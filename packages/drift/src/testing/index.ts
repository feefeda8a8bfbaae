export { type Device, type DeviceOptions, startDevice } from "./device.node.js";
export type { Fault } from "./faults.js";
export { type MetricRow, memoryMetrics } from "./memory-metrics.js";
export { badPackage, imagePackage, scalarsPackage, seriesPackage, textPackage, typedPackage } from "./samples.js";
