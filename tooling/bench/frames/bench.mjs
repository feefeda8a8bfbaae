const common = {
  folder: "frames",
  load: () => import("./ours.mjs"),
  peer: "pytables",
  sizes: [6, 20, 60],
  unit: "s of 64 channels",
  bar: 1,
  bounded: true,
};

export const framesScan = {
  ...common,
  name: "frames-scan",
  job: "scan",
  notes:
    "opens the file, reads int16 frames in windows of 1 s and sums every value (@sonde/hdf5 beside h5py and NumPy). 60 s are 192 MB, in the page cache.",
};

export const samplesScan = {
  ...common,
  name: "samples-scan",
  job: "samples",
  notes:
    "the same by @sonde/cl-recordings, which hands out each channel for itself; the peer transposes each window into contiguous channels likewise.",
};
