"""A topic in the layout of the observatory's sink: a bucket beside the file, whose size is that of all its files."""

import datetime
import os

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

topic = "example-002-aggregated"


def make(draft, files, fields):
    random = np.random.default_rng(3)
    root = os.path.join(draft.rsplit(".", 1)[0] + ".bucket", "archive", "topics", topic)
    start = datetime.datetime(2020, 8, 1, tzinfo=datetime.timezone.utc)
    total = 0
    for index in range(files):
        began = start + datetime.timedelta(minutes=10 * index)
        folder = os.path.join(root, began.strftime("year=%Y/month=%m/day=%d/hour=%H"))
        os.makedirs(folder, exist_ok=True)
        columns = {"time": began.timestamp() + np.arange(600) + 0.5, "window_size": np.ones(600), "count": np.full(600, 10)}
        for field in range(fields):
            middle = random.normal(0, 1, 600)
            spread = random.random(600)
            for name, values in [("min", middle - spread), ("mean", middle), ("median", middle + spread / 9), ("stdev", spread), ("max", middle + spread)]:
                columns[f"{name}_value{field}"] = values
        schema = pa.schema([pa.field(name, pa.array(values[:1]).type, nullable=False) for name, values in columns.items()])
        path = os.path.join(folder, f"{topic}+0+{600 * index:010d}.snappy.parquet")
        pq.write_table(pa.table(columns, schema=schema), path, compression="snappy", data_page_size=65536)
        total += os.path.getsize(path)
    # Sparse: it takes no room.
    with open(draft, "wb") as file:
        file.truncate(total)
