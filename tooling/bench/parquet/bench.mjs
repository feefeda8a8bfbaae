const common = {
  folder: "parquet",
  load: () => import("./ours.mjs"),
  peer: "pyarrow",
  sizes: [250_000, 1_000_000],
  unit: "rows of 40 columns",
  bounded: false,
};

export const parquetAll = {
  ...common,
  name: "parquet-all",
  job: "all_columns",
  bar: 0.8,
  notes:
    "a Parquet file as the EFD's sink writes it (doubles, Snappy, dictionary on, 64 KiB pages) to Arrow: `read_table` of pyarrow, which decodes in C++ on all processors, beside our one thread of JavaScript. 1 M rows are 319 MB, in the page cache.",
};

export const parquetThree = {
  ...common,
  name: "parquet-three",
  job: "three_columns",
  bar: 1,
  notes: "the same file, three columns of the forty.",
};
