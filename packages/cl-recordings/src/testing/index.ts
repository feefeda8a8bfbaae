export { type SampleRecordingOptions, sampleRecording, writeSampleRecording } from "./sample.js";
