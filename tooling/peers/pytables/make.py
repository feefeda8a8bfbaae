"""Writes files by h5py and PyTables into a folder and prints what they hold."""

import sys
from os.path import join

import h5py
import numpy as np
import tables
from describe import attribute, dataset
from exact import answer

random = np.random.default_rng(1991)
numeric = [f"{order}{one}" for one in ["i2", "i4", "i8", "u2", "u4", "u8", "f2", "f4", "f8"] for order in "<>"] + ["i1", "u1"]
shapes = {"scalar": (), "vector": (1000,), "matrix": (300, 7), "cube": (20, 3, 5), "empty": (0,)}


def filled(dtype, shape):
    """Random bits; the floats hold NaNs of every payload."""
    dtype = np.dtype(dtype)
    count = int(np.prod(shape))
    return np.frombuffer(random.bytes(count * dtype.itemsize), dtype).reshape(shape)


def records(dtype, count):
    result = np.zeros(count, dtype)
    for name in dtype.names:
        base, sub = dtype[name].subdtype or (dtype[name], ())
        if base.kind == "S":
            result[name] = [b"abcdefgh"[: k % (base.itemsize + 1)] for k in range(count)]
        elif base.kind == "b":
            result[name] = random.integers(0, 2, (count, *sub))
        else:
            result[name] = filled(base, (count, *sub))
    return result


def by_h5py(path, libver):
    found = {"datasets": [], "attributes": []}
    with h5py.File(path, "w", libver=libver) as file:

        def put(name, data, **options):
            made = file.create_dataset(name, data=data, **options)
            found["datasets"].append(dataset(f"/{name}", data, made.chunks))

        for dtype in numeric:
            name = dtype.replace("<", "little-").replace(">", "big-")
            for label, shape in shapes.items():
                put(f"pieces/{name}/{label}", filled(dtype, shape))
            data = filled(dtype, (700, 6))
            put(f"chunks/{name}/plain", data, chunks=(64, 4))
            put(f"chunks/{name}/deflated", data, chunks=(64, 6), compression="gzip", compression_opts=4)
            put(f"chunks/{name}/shuffled", data, chunks=(100, 5), compression="gzip", shuffle=True)
            put(f"chunks/{name}/checked", data, chunks=(33, 6), fletcher32=True, maxshape=(None, 6))
        put("booleans", random.integers(0, 2, 50).astype(bool))
        put("fixed strings", np.array([b"", b"a", b"abcde", b"\xb5V"], "S5"))
        put("strings", np.array(["", "µV", "神経\U0001f9e0", "x" * 1000], object), dtype=h5py.string_dtype())
        packed = np.dtype([("a", "<i8"), ("b", "u1"), ("c", "<f4", (75,)), ("d", ">u2"), ("e", "S4"), ("f", "<f8", (2, 3))])
        aligned = np.dtype([("a", "u1"), ("b", "<f8"), ("c", "<i2")], align=True)
        put("packed records", records(packed, 500))
        put("records in chunks", records(packed, 500), chunks=(64,), compression="gzip", shuffle=True)
        put("aligned records", records(aligned, 10))
        attributes = {
            "integer": 5,
            "largest": np.int64(2**63 - 1),
            "unsigned": np.uint64(2**64 - 1),
            "small": np.int8(-128),
            "float": 0.1,
            "single": np.float32(0.1),
            "not a number": float("nan"),
            "text": "µV \U0001f9e0",
            "bytes": np.bytes_(b"abc"),
            "vector": np.arange(5, dtype=">i4"),
            "long vector": np.arange(3, dtype="i8") - 2**62,
            "matrix": np.arange(6.0).reshape(2, 3),
            "texts": np.array([b"ab", b"c"], "S2"),
        }
        for where in ("/", "/pieces", "/booleans"):
            for name, value in attributes.items():
                file[where].attrs[name] = value
                found["attributes"].append({"path": where, "name": name, "value": attribute(value)})
    return found


class Row(tables.IsDescription):
    timestamp = tables.Int64Col(pos=0)
    channel = tables.UInt8Col(pos=1)
    samples = tables.Float32Col(shape=(75,), pos=2)
    name = tables.StringCol(6, pos=3)
    big = tables.Float64Col(pos=4)
    small = tables.Int16Col(shape=(2, 2), pos=5)


def by_pytables(path):
    found = {"datasets": [], "attributes": []}
    zlib = tables.Filters(complevel=5, complib="zlib", shuffle=True)
    checked = tables.Filters(complevel=1, complib="zlib", shuffle=False, fletcher32=True)
    with tables.open_file(path, "w") as file:
        group = file.create_group("/", "arrays")

        def note(node, data, chunked=True):
            found["datasets"].append(dataset(node._v_pathname, data, node.chunkshape if chunked else None))

        for dtype in numeric:
            name = dtype.replace("<", "little_").replace(">", "big_")
            data = filled(dtype, (700, 6))
            if dtype not in ("<f2", ">f2"):
                note(file.create_array(group, f"array_{name}", data), data, chunked=False)
            atom = tables.Atom.from_dtype(np.dtype(dtype))
            for label, filters in {"plain": None, "zlib": zlib, "checked": checked}.items():
                carray = file.create_carray(group, f"carray_{name}_{label}", atom=atom, shape=data.shape, filters=filters)
                carray[:] = data
                # PyTables writes the machine's own byte order unless told otherwise.
                note(carray, data)
                earray = file.create_earray(group, f"earray_{name}_{label}", atom=atom, shape=(0, 6), filters=filters, expectedrows=5000)
                earray.append(data[:300])
                earray.append(data[300:])
                note(earray, data)
        strings = np.array([b"", b"abc", b"abcdef"], "S6")
        note(file.create_array(group, "strings", strings), strings, chunked=False)
        for label, filters in {"plain": None, "zlib": zlib, "checked": checked}.items():
            table = file.create_table("/tables", f"rows_{label}", Row, filters=filters, expectedrows=20000, createparents=True)
            rows = records(table.dtype, 2500)
            table.append(rows)
            table.cols.timestamp.create_index()
            table.flush()
            note(table, rows)
        attributes = {
            "integer": 64,
            "float": 0.195,
            "text": "µV, é, \U0001f9e0",
            "empty_text": "",
            "bytes": b"abc",
            "largest": np.uint64(2**64 - 1),
            "vector": np.arange(5),
            "matrix": np.arange(6.0).reshape(2, 3),
        }
        for where in ("/", "/arrays", "/tables/rows_plain"):
            for name, value in attributes.items():
                file.get_node(where)._v_attrs[name] = value
                found["attributes"].append({"path": where, "name": name, "value": attribute(value)})
    return found


folder = sys.argv[1]
result = {}
for name, make in {
    "h5py, oldest form": lambda path: by_h5py(path, "earliest"),
    "h5py, newest form": lambda path: by_h5py(path, "latest"),
    "PyTables": by_pytables,
}.items():
    file = f"{name}.h5"
    result[name] = {"file": file, **make(join(folder, file))}
answer(result)
