import { influxMetrics } from "./influx/metrics.js";
import { minioPackages } from "./minio.js";
import { mqttBus } from "./mqtt/bus.js";
import { reductPackages } from "./reductstore/storage.js";
import type { OpenBus, OpenMetrics, OpenPackages } from "./types.js";

/** Where a device may keep its packages, the first that answers is taken. */
export const packageStorages: { readonly [kind: string]: OpenPackages } = { reductstore: reductPackages, minio: minioPackages };

export const metricStorages: { readonly [kind: string]: OpenMetrics } = { influxdb: influxMetrics };

export const messageBuses: { readonly [kind: string]: OpenBus } = { mqtt: (device) => mqttBus(device) };
