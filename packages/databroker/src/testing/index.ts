export { countedUids, type SampleOptions, sampleImages, sampleScan } from "./sample-runs.js";
