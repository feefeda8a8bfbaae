const common = { folder: "efd", load: () => import("./ours.mjs"), peer: "efd-notebook", sizes: [60, 500], unit: "files" };
const where =
  "from versitygw (install it by `peers --only versitygw`), which each side starts for itself: files of ten minutes, 600 windows of 53 columns";
const late = "the same, with every request answered 20 ms later";

/** Beside the notebook's loop: download, read, put together. */
export const efdHours = {
  ...common,
  name: "efd",
  job: "hours",
  bar: 0.125,
  notes: `reads all columns of an hour-partitioned topic ${where}, beside the notebook's loop.`,
};
export const efdHoursLate = {
  ...efdHours,
  name: "efd-late",
  job: "hours_late",
  sizes: [60, 500],
  notes: `${late}, beside the notebook's loop.`,
};

/** Beside pyarrow's own reader of many files. */
export const efdDataset = {
  ...common,
  name: "efd-dataset",
  job: "dataset",
  bar: 1,
  notes: `reads all columns of an hour-partitioned topic ${where}, beside pyarrow.dataset.`,
};
export const efdDatasetLate = { ...efdDataset, name: "efd-dataset-late", job: "dataset_late", notes: `${late}, beside pyarrow.dataset.` };

export const efdMonth = {
  ...common,
  name: "efd-month",
  folder: "efd-month",
  load: () => import("../efd/ours.mjs"),
  job: "month",
  sizes: [1116, 4464],
  bar: 1,
  bounded: true,
  notes: "streams a week and a month of two fields, batch by batch, beside pyarrow.dataset's batches: memory must not grow with the range.",
};
