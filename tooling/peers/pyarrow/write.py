"""Writes Arrow IPC of every type into a folder; answers with the cells of each."""

import datetime
import decimal
import sys
from os.path import join

import numpy as np
import pyarrow as pa
from cells import cells
from exact import answer

random = np.random.default_rng(3)
count = 500


def holes(values):
    return [None if k % 7 == 3 else values[k % len(values)] for k in range(count)]


extremes = {
    "int8": [-128, 127], "int16": [-(2**15), 2**15 - 1], "int32": [-(2**31), 2**31 - 1], "int64": [-(2**63), 2**63 - 1, 2**53 + 1],
    "uint8": [0, 255], "uint16": [0, 2**16 - 1], "uint32": [0, 2**32 - 1], "uint64": [0, 2**64 - 1, 2**63],
}  # fmt: skip
floats = [0.1, -0.0, float("nan"), float("inf"), float("-inf"), 5e-324]
arrays = {
    **{name: pa.array(holes(values), getattr(pa, name)()) for name, values in extremes.items()},
    "float16": pa.array(np.array([0.5, -0.0, np.nan, np.inf, 65504, 6e-8], "f2")),
    "float32": pa.array(holes([float(np.float32(value)) for value in floats]), pa.float32()),
    "float64": pa.array(holes(floats), pa.float64()),
    "no nulls": pa.array(random.normal(size=count)),
    "bool": pa.array(holes([True, False, False]), pa.bool_()),
    "text": pa.array(holes(["", "µV 神経 \U0001f9e0", "x" * 1000]), pa.string()),
    "large text": pa.array(holes(["", "large"]), pa.large_string()),
    "bytes": pa.array(holes([b"", b"\x00\xff"]), pa.binary()),
    "large bytes": pa.array(holes([b"", b"\x00\xff"]), pa.large_binary()),
    "bytes of a fixed length": pa.array(holes([b"abc", b"\x00\x01\x02"]), pa.binary(3)),
    **{f"timestamp {unit}": pa.array(holes([0, -1, 1_766_000_000_123_456_789 // 10 ** (9 - 3 * k)]), pa.timestamp(unit, "UTC")) for k, unit in enumerate(["s", "ms", "us", "ns"])},
    "timestamp without a zone": pa.array(holes([1, 2**62 + 1]), pa.timestamp("ns")),
    **{f"duration {unit}": pa.array(holes([1, -5, 2**30 + 1]), pa.duration(unit)) for unit in ["s", "ms", "us", "ns"]},
    "time32": pa.array(holes([0, 86_399]), pa.time32("s")),
    "time64": pa.array(holes([0, 86_399_999_999_999]), pa.time64("ns")),
    "date32": pa.array(holes([datetime.date(1969, 12, 31), datetime.date(2024, 2, 29)]), pa.date32()),
    "date64": pa.array(holes([datetime.date(1969, 12, 31), datetime.date(2024, 2, 29)]), pa.date64()),
    "decimal128": pa.array(holes([decimal.Decimal("-1234567890123456789012345.678"), decimal.Decimal("0.001")]), pa.decimal128(38, 3)),
    "decimal256": pa.array(holes([decimal.Decimal("1" * 60 + ".25")]), pa.decimal256(76, 2)),
    "list": pa.array(holes([[1.5, None, -0.0], [], [2.0]]), pa.list_(pa.float64())),
    "list of a fixed size": pa.array(holes([[1, 2, 3], [4, 5, 6]]), pa.list_(pa.int16(), 3)),
    "list of text": pa.array(holes([["a", None], []]), pa.list_(pa.string())),
    "list of lists": pa.array(holes([[[1], [], [2, 3]], []]), pa.list_(pa.list_(pa.int64()))),
    "struct": pa.array(holes([{"x": 1.5, "y": {"z": "deep"}}, {"x": None, "y": {"z": None}}]), pa.struct([("x", pa.float64()), ("y", pa.struct([("z", pa.string())]))])),
    "map": pa.array(holes([[("a", 1), ("b", None)], []]), pa.map_(pa.string(), pa.int64())),
    "null": pa.nulls(count),
    "dictionary of text": pa.array(holes(["a", "b", "c"])).dictionary_encode(),
    "dictionary of integers": pa.array(holes([2**63 - 1, 5]), pa.int64()).dictionary_encode(),
    "dictionary of times": pa.array(holes([1_766_000_000_123_456_789, 1]), pa.timestamp("ns", "UTC")).dictionary_encode(),
}  # fmt: skip


def write(path, table, opened, rows):
    with opened(path, table.schema) as writer:
        writer.write_table(table, max_chunksize=rows)


folder = sys.argv[1]
found = []
for k, (name, array) in enumerate(arrays.items()):
    field = pa.field("value", array.type, metadata={"unit": "µV"})
    schema = pa.schema([field], metadata={"note": "µV"})
    table = pa.table([array], schema=schema)
    for label, part in {"whole": table, "sliced": table.slice(13, 301), "empty": table.slice(0, 0)}.items():
        for form, opened in {"stream": pa.ipc.new_stream, "file": pa.ipc.new_file}.items():
            path = join(folder, f"theirs-{k}-{label}-{form}.arrow")
            write(path, part, opened, 100)
            found.append({"name": f"{name}, {label}, {form}", "file": path, "cells": cells(part.column(0))})
answer(found)
