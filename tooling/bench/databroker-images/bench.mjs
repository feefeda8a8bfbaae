export const databrokerImages = {
  name: "databroker-images",
  folder: "databroker-images",
  load: () => import("./ours.mjs"),
  job: "images",
  peer: "databroker",
  sizes: [100, 300, 1000],
  unit: "images of 1 Mpx (uint16)",
  bar: 1,
  bounded: true,
  notes:
    "a run of one image an event, in an HDF5 file, read one by one and summed along its diagonal: `run.images(field)` of @sonde/databroker beside h5py alone on the same dataset. 1000 images are 2 GB, in the page cache as far as they fit.",
};
