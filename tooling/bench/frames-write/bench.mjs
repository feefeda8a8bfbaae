export const framesWrite = {
  name: "frames-write",
  folder: "frames-write",
  load: () => import("./ours.mjs"),
  job: "write",
  peer: "pytables",
  sizes: [6, 20, 60],
  unit: "s of 64 channels",
  bar: 1,
  notes:
    "appends int16 frames in blocks of 20 ms to a new file, flushing each second, and closes it (@sonde/hdf5/write beside PyTables' EArray, chunks as in a recording). Neither waits for the disk.",
};
