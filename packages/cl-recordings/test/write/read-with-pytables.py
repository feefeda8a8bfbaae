"""Prints what PyTables finds in the recordings named by its arguments, as JSON lines."""

import hashlib
import json
import sys

import h5py
import numpy
import tables


def plain(value):
    """A value that JSON holds without losing what it is."""
    if isinstance(value, dict):
        return {str(key): plain(item) for key, item in value.items()}
    if isinstance(value, (list, tuple)):
        return [plain(item) for item in value]
    if isinstance(value, numpy.ndarray):
        return value.tolist()
    if isinstance(value, numpy.generic):
        return plain(value.item())
    if isinstance(value, (bytes, float, int)) and not isinstance(value, bool):
        return repr(value)
    return value


def attributes(node):
    return {name: plain(node._v_attrs[name]) for name in node._v_attrs._f_list("user")}


def digest(array):
    return hashlib.sha1(numpy.ascontiguousarray(array).tobytes()).hexdigest()


def events(node):
    rows = node[:]
    found = {"ticks": rows["timestamp"].tolist(), "channels": rows["channel"].tolist()}
    found["queried"] = [int(row["timestamp"]) for row in node.where("channel == 2")]
    if "samples" in rows.dtype.names:
        found["samples"] = digest(rows["samples"])
    return found


def read(path):
    with tables.open_file(path, "r") as file:
        root = file.root
        found = {"attributes": attributes(root), "streams": {}}
        if "samples" in root:
            found["samples"] = {"shape": [int(side) for side in root.samples.shape], "sha1": digest(root.samples[:])}
        for name in ("spikes", "stims"):
            if name in root:
                found[name] = events(root._f_get_child(name))
        if "data_stream" in root:
            for group in root.data_stream:
                index = group.index[:]
                data = group.data[:].tobytes()
                found["streams"][group._v_name] = {
                    "attributes": attributes(group),
                    "entries": [[int(tick), data[int(start) : int(end)].hex()] for tick, start, end in index],
                }
    with h5py.File(path, "r") as file:
        found["h5py"] = {name: [int(side) for side in item.shape] for name, item in file.items() if isinstance(item, h5py.Dataset)}
    return found


for path in sys.argv[1:]:
    print(json.dumps(read(path)))
