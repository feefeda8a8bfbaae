export const openRecording = {
  name: "open",
  folder: "open",
  load: () => import("./ours.mjs"),
  job: "open",
  peer: "cl-sdk",
  environment: { CL_SDK_VISUALISATION: "0" },
  sizes: [1, 10, 60],
  unit: "s of recording",
  bar: 1,
  bounded: true,
  notes:
    "opens a recording ten times, reads its attributes and the number of its spikes and entries, and closes it, beside the SDK's RecordingView.",
};
