const common = { folder: "btrdb", load: () => import("./ours.mjs"), peer: "btrdb" };
const server = "The server is that of @sonde/btrdb/testing, in a process of its own, over loopback, the same one for both.";

export const btrdbValues = {
  ...common,
  name: "btrdb-values",
  job: "values",
  sizes: [500_000, 5_000_000],
  unit: "points",
  bar: 1 / 15,
  notes: `reads raw points as messages into columns, beside the genuine client's values(), which makes a list of objects. ${server}`,
};

export const btrdbArrow = {
  ...common,
  name: "btrdb-arrow",
  job: "arrow",
  sizes: [500_000, 5_000_000],
  unit: "points",
  bar: 1,
  notes: `reads raw points by the Arrow call into a table, beside the genuine client's arrow_values(). ${server}`,
};

export const btrdbInsert = {
  ...common,
  name: "btrdb-insert",
  job: "insert",
  sizes: [100_000, 1_000_000],
  unit: "points",
  bar: 1,
  notes: `makes a stream, inserts points into it and counts them, beside the genuine client's insert(). ${server}`,
};

/** How much longer the same number of windows may take over a hundred times the points. */
const mostGrowth = 3;
export const btrdbWindows = {
  ...common,
  name: "btrdb-windows",
  job: "windows",
  sizes: [1_000_000, 100_000_000],
  unit: "points",
  also: ({ sizes }) => {
    const [few, many] = Object.values(sizes).map(({ ours, peer }) => ({ ours: ours.milliseconds, peer: peer.milliseconds }));
    const ratio = many.ours / few.ours;
    return [
      {
        name: "btrdb-windows, 100 times the points",
        ours: ratio,
        peer: many.peer / few.peer,
        ratio,
        bar: mostGrowth,
        holds: ratio <= mostGrowth,
      },
    ];
  },
  notes: `asks for 2,000 aligned windows over all points that are stored, beside the genuine client's aligned_windows(). ${server}`,
};

/** Bytes that the process of our client may hold at any time. */
const mostMemory = 300e6;
export const btrdbStream = {
  ...common,
  name: "btrdb-stream",
  job: "stream",
  sizes: [5_000_000, 50_000_000],
  unit: "points",
  bounded: true,
  also: ({ sizes }) => {
    const { ours, peer } = Object.values(sizes).at(-1);
    return [
      {
        name: "btrdb-stream, most memory in MB",
        ours: ours.peak / 1e6,
        peer: peer.peak / 1e6,
        ratio: ours.peak / 1e6,
        bar: mostMemory / 1e6,
        holds: ours.peak <= mostMemory,
      },
    ];
  },
  notes: `reads raw points batch by batch and keeps none, beside the genuine client's arrow_values(), which has no other way than a table. ${server}`,
};
