export { type Device, type DeviceOptions, startDevice } from "./device.node.js";
export type { Fault } from "./faults.js";
export type { FieldValue } from "./influx/flux-run.js";
export { type InfluxFault, type InfluxServer, type InfluxServerOptions, startInflux } from "./influx/server.node.js";
export { type MetricRow, memoryMetrics } from "./memory-metrics.js";
export { type Broker, type BrokerOptions, startBroker } from "./mqtt/broker.node.js";
export { badPackage, imagePackage, scalarsPackage, seriesPackage, textPackage, typedPackage } from "./samples.js";
