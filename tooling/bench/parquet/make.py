"""argv[1]: the file, argv[2]: rows. Forty columns as the EFD's sink writes them: required, Snappy, dictionary on, pages of 64 KiB, one row group."""

import sys

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

rows = int(sys.argv[2])
random = np.random.default_rng(7)
columns = {"time": 1.5968e9 + 0.5 + np.arange(rows), "count": np.full(rows, 10, dtype=np.int64)}
for index in range(38):
    columns[f"mean_value{index}"] = random.normal(size=rows)
fields = [pa.field(name, pa.from_numpy_dtype(values.dtype), nullable=False) for name, values in columns.items()]
pq.write_table(pa.table(columns, schema=pa.schema(fields)), sys.argv[1], compression="snappy", data_page_size=64 * 1024, row_group_size=rows)
