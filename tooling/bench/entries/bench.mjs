export const entries = {
  name: "stream-entries",
  folder: "entries",
  load: () => import("./ours.mjs"),
  job: "entries",
  peer: "cl-sdk",
  environment: { CL_SDK_VISUALISATION: "0" },
  sizes: [6_000, 20_000, 60_000],
  unit: "entries",
  bar: 0.5,
  notes:
    "opens the recording and decodes every entry of a data stream, small dicts of which each tenth holds an array, beside the SDK's RecordingView.",
};
