const folder = {
  folder: "drift",
  load: () => import("./ours.mjs"),
  peer: "drift",
  sizes: [1_000, 10_000],
  unit: "packages",
};
const data = "Packages of 1000 samples each, DB3, 5 steps, a threshold, level 16, version 3, in a folder.";

export const driftWalk = {
  ...folder,
  name: "drift-walk",
  job: "walk",
  bar: 1 / 3,
  notes: `reads every package of a topic and decodes its message: \`device.packages(topic)\` beside \`DriftDataPackage(bytes)\` over the files. ${data}`,
};
export const driftValues = {
  ...folder,
  name: "drift-values",
  job: "values",
  bar: 1 / 3,
  notes: `reads every package and composes an eighth of its samples: \`pkg.signal({ scale: 3 })\` beside \`as_np(scale_factor=3)\`. ${data}`,
};
