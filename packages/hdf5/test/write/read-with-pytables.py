"""Reads a file written by @sonde/hdf5/write with PyTables and h5py, goes on writing it with both, and prints what they found as JSON."""

import json
import sys

import h5py
import numpy as np
import tables

path = sys.argv[1]
found = {"tables": tables.__version__, "hdf5": tables.hdf5_version, "h5py": h5py.__version__}

with tables.open_file(path) as file:
    root = file.root
    found["classes"] = {node._v_pathname: type(node).__name__ for node in file.walk_nodes("/")}
    found["application"] = root._v_attrs.application
    found["git_hash"] = str(root._v_attrs.git_hash)
    found["ok"] = bool(root._v_attrs.ok)
    found["samples"] = [root.samples.nrows, int(root.samples[:].astype("i8").sum())]
    found["spikes"] = [root.spikes.nrows, int(root.spikes._v_attrs.NROWS), float(root.spikes[:]["samples"].sum(dtype="f8"))]
    found["channel 3"] = root.spikes.get_where_list("(channel == 3) & (timestamp < 1000)").tolist()

with h5py.File(path) as file:
    found["h5py samples"] = int(file["samples"][:].astype("i8").sum())
    found["h5py chunks"] = file["samples"].id.get_num_chunks()

with tables.open_file(path, "a") as file:
    file.root.samples.append(np.full((10_000, 4), 7, "i2"))
    row = file.root.spikes.row
    for timestamp in range(3_000):
        row["timestamp"] = 10_000 + timestamp
        row.append()
    file.root.spikes.flush()
    file.root.spikes.cols.timestamp.create_index()
    file.root._v_attrs.later = {"a": 1}
    for index in range(40):
        file.create_group("/data_stream", f"of_pytables_{index}")

with tables.open_file(path) as file:
    found["after appends"] = [
        file.root.samples.nrows,
        int(file.root.samples[:].astype("i8").sum()),
        len(file.root.spikes.get_where_list("timestamp >= 10000")),
        len(file.root.data_stream._v_children),
        file.root._v_attrs.later,
    ]

print(json.dumps(found, default=int))
