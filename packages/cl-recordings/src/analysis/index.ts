export type { CellLimit } from "./bins.js";
export type { Blanking } from "./blanking.js";
export { type DctFeatures, type DctFeaturesOptions, dctFeatures } from "./dct-features.js";
export type { LayoutOption } from "./electrode-layout.js";
export { type FiringStats, type FiringStatsOptions, firingStats } from "./firing-stats.js";
export { type FunctionalConnectivity, type FunctionalConnectivityOptions, functionalConnectivity } from "./functional-connectivity.js";
export { type InformationEntropy, type InformationEntropyOptions, informationEntropy } from "./information-entropy.js";
export { type LempelZiv, type LempelZivOptions, lempelZiv } from "./lempel-ziv.js";
export { type NetworkBurstOptions, type NetworkBursts, networkBursts } from "./network-bursts.js";
export { type Psth, type PsthOptions, type PsthRaster, psth } from "./psth.js";
export type { AnalysisBase, SpikeTrain, TickLimit } from "./spike-train.js";
export {
  type SpikeTriggeredHistogram,
  type SpikeTriggeredHistogramOptions,
  spikeTriggeredHistogram,
} from "./spike-triggered-histogram.js";
export { toBatch } from "./to-batch.js";
export { type Analysis, type JsonObject, toJson } from "./to-json.js";
export { type TrainSource, ticksOf, trainOf } from "./train.js";
