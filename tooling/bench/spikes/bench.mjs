const common = {
  folder: "spikes",
  load: () => import("./ours.mjs"),
  peer: "pytables",
  sizes: [100_000, 300_000, 1_000_000],
  unit: "spikes",
  bar: 0.5,
};

export const spikesColumns = {
  ...common,
  name: "spikes-columns",
  job: "columns",
  notes:
    "opens the recording and reads all spikes into contiguous columns of ticks and channels (PyTables: `Table.read`, then a copy of each column). A row is 309 bytes.",
};

export const spikesWaveforms = {
  ...common,
  name: "spikes-waveforms",
  job: "waveforms",
  notes: "the same with the waveform of each spike, 75 floats.",
};
