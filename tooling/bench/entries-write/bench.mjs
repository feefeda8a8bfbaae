export const entriesWrite = {
  name: "entries-write",
  folder: "entries-write",
  load: () => import("./ours.mjs"),
  job: "write",
  peer: "cl-sdk",
  sizes: [6_000, 20_000, 60_000],
  unit: "entries",
  bar: 1,
  notes:
    "appends entries one by one to a data stream of a new recording and stops it: small dicts of which each tenth holds an array, packed on the way. Ours by a session, flushed each 200 ms; the peer by the SDK's own PyTables and msgpack-numpy, a row of the index and the bytes for each entry, flushed each 100 as the SDK's recorder does it, without that recorder's process and queue. Neither waits for the disk.",
};
