export const messages = {
  name: "msgpack-decode",
  folder: "messages",
  load: () => import("./ours.mjs"),
  job: "decode",
  peer: "msgpack-numpy",
  sizes: [6_000, 20_000, 60_000],
  unit: "messages",
  bar: 1,
  notes:
    "decodes small dicts, of which each tenth holds an array, out of one file that is read before: `decode` beside `msgpack.unpackb` with msgpack-numpy's hook.",
};
