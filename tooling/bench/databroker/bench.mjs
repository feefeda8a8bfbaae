const common = {
  folder: "databroker",
  load: () => import("./ours.mjs"),
  peer: "databroker",
  sizes: [10_000, 100_000],
  unit: "events",
};

/** `size` events of ten columns in one run, from either kind of file, beside databroker 1.2.5's `get_table`. */
export const runTables = [
  { ...common, name: "run-table-msgpack", job: "tableMsgpack", bar: 0.1, notes: "opens a catalog of one run in msgpack and makes a table of all of it." },
  { ...common, name: "run-table-jsonl", job: "tableJsonl", bar: 0.1, notes: "the same from JSONL." },
  { ...common, name: "run-column-msgpack", job: "columnMsgpack", bar: 0.05, notes: "the same, narrowed to one column, from msgpack." },
  { ...common, name: "run-column-jsonl", job: "columnJsonl", bar: 0.05, notes: "the same, narrowed to one column, from JSONL." },
];
/** A fiftieth of `size` runs: 2,000 at the largest. */
export const runListing = {
  ...common,
  name: "run-listing",
  job: "listing",
  bar: 0.05,
  notes: "opens a folder of runs and takes uid, plan and exit status of each (2,000 at the largest size).",
};
export const runEvents = {
  ...common,
  name: "run-events",
  job: "events",
  bar: 1,
  bounded: true,
  notes: "iterates all events one by one; memory must not grow with the run.",
};
