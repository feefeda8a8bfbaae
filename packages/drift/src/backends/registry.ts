import { reductPackages } from "./reductstore/storage.js";
import type { OpenBus, OpenMetrics, OpenPackages } from "./types.js";

/** Where a device may keep its packages, the first that answers is taken. */
export const packageStorages: { readonly [kind: string]: OpenPackages } = { reductstore: reductPackages };

export const metricStorages: { readonly [kind: string]: OpenMetrics } = {};

export const messageBuses: { readonly [kind: string]: OpenBus } = {};
