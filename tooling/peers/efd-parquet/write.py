"""Writes Parquet files of random schemas into a folder; answers with the cells of each."""

import datetime
import decimal
import random
import sys
from os.path import dirname, join

import pyarrow as pa
import pyarrow.parquet as pq

sys.path.insert(0, join(dirname(dirname(__file__)), "pyarrow"))
from cells import cells  # noqa: E402
from exact import answer  # noqa: E402

choose = random.Random(20200807)
words = ["", "µV", "a", "telescope", "telemetry", "神経 \U0001f52d", "x" * 300]


def integer(bits, signed):
    least, most = (-(2 ** (bits - 1)), 2 ** (bits - 1) - 1) if signed else (0, 2**bits - 1)
    return lambda: choose.choice([least, most, 0, choose.randint(least, most), min(most, choose.randint(0, 40))])


def double():
    return choose.choice([0.1, -0.0, float("nan"), float("inf"), 5e-324, choose.gauss(0, 1), choose.gauss(0, 1)])


def single():
    return choose.choice([0.5, -0.0, float("nan"), float("-inf"), choose.randint(-1000, 1000) / 8])


def text():
    return choose.choice(words) + str(choose.randint(0, 3))


def day():
    return datetime.date(1970, 1, 1) + datetime.timedelta(choose.randint(-30000, 30000))


def digits(precision, scale):
    return lambda: decimal.Decimal(choose.randint(-(10**precision) + 1, 10**precision - 1)).scaleb(-scale, decimal.Context(prec=100))


integers = {f"{'' if signed else 'u'}int{bits}": (bits, signed) for bits in (8, 16, 32, 64) for signed in (True, False)}
flat = {
    **{name: (getattr(pa, name)(), integer(*kind), ["PLAIN", "DELTA_BINARY_PACKED", "BYTE_STREAM_SPLIT"]) for name, kind in integers.items()},
    "bool": (pa.bool_(), lambda: choose.random() < 0.3, ["PLAIN", "RLE"]),
    "float16": (pa.float16(), lambda: choose.randint(-100, 100) / 4, ["PLAIN", "BYTE_STREAM_SPLIT"]),
    "float32": (pa.float32(), single, ["PLAIN", "BYTE_STREAM_SPLIT"]),
    "float64": (pa.float64(), double, ["PLAIN", "BYTE_STREAM_SPLIT"]),
    "text": (pa.string(), text, ["PLAIN", "DELTA_LENGTH_BYTE_ARRAY", "DELTA_BYTE_ARRAY"]),
    "bytes": (pa.binary(), lambda: text().encode()[1:], ["PLAIN", "DELTA_LENGTH_BYTE_ARRAY", "DELTA_BYTE_ARRAY"]),
    "fixed": (pa.binary(5), lambda: choose.randbytes(5), ["PLAIN", "BYTE_STREAM_SPLIT", "DELTA_BYTE_ARRAY"]),
    "date": (pa.date32(), day, ["PLAIN", "DELTA_BINARY_PACKED"]),
    "time32": (pa.time32("ms"), lambda: choose.randint(0, 86_399_999), ["PLAIN", "DELTA_BINARY_PACKED"]),
    "time64": (pa.time64("ns"), lambda: choose.randint(0, 86_399_999_999_999), ["PLAIN", "DELTA_BINARY_PACKED"]),
    "decimal9": (pa.decimal128(9, 3), digits(9, 3), ["PLAIN"]),
    "decimal38": (pa.decimal128(38, 10), digits(38, 10), ["PLAIN", "BYTE_STREAM_SPLIT"]),
    "decimal70": (pa.decimal256(70, 0), digits(70, 0), ["PLAIN"]),
    **{
        f"timestamp {unit} {zone}": (pa.timestamp(unit, zone), lambda power=power: choose.randint(-(10**power), 2 * 10**power), ["PLAIN", "DELTA_BINARY_PACKED"])
        for unit, power in (("ms", 12), ("us", 15), ("ns", 18))
        for zone in (None, "UTC")
    },
}  # fmt: skip


def nested(kind):
    inner, make, _ = flat[kind]

    def maybe():
        return None if choose.random() < 0.2 else make()

    def some(make_one):
        return lambda: [make_one() for _ in range(choose.choice([0, 1, 1, 2, 5]))]

    return choose.choice([
        (pa.list_(inner), some(maybe)),
        (pa.list_(pa.list_(inner)), some(lambda: None if choose.random() < 0.1 else some(maybe)())),
        (pa.struct([("x", inner), ("y", pa.list_(pa.int32()))]), lambda: {"x": maybe(), "y": choose.choice([None, [], [1, 2]])}),
        (pa.map_(pa.string(), inner), lambda: [(f"key {k}", maybe()) for k in range(choose.randint(0, 3))]),
        (pa.list_(pa.struct([("x", inner), ("y", pa.bool_())])), some(lambda: None if choose.random() < 0.1 else {"x": maybe(), "y": True})),
    ])  # fmt: skip


def column(rows):
    kind = choose.choice(list(flat))
    if choose.random() < 0.25:
        data_type, make = nested(kind)
        encodings = None
    else:
        data_type, make, encodings = flat[kind]
    nullable = choose.random() < 0.6
    share = choose.choice([0, 0.01, 0.3, 1]) if nullable else 0
    repeat = choose.choice([1, 1, 50])
    values = []
    while len(values) < rows:
        values.extend([None if choose.random() < share else make()] * repeat)
    return kind, data_type, nullable, values[:rows], encodings


def write(index, folder):
    rows = choose.choice([0, 1, 7, 100, 600, 1500])
    columns = [column(rows) for _ in range(choose.randint(1, 6))]
    names = [f"c{k}" for k in range(len(columns))]
    fields = [pa.field(name, data_type, nullable) for name, (_, data_type, nullable, _, _) in zip(names, columns)]
    table = pa.table([pa.array(values, data_type) for _, data_type, _, values, _ in columns], schema=pa.schema(fields))
    dictionary = choose.random() < 0.4
    chosen = {} if dictionary else {name: choose.choice(encodings) for name, (*_, encodings) in zip(names, columns) if encodings}
    options = {
        "compression": choose.choice(["NONE", "SNAPPY", "GZIP", "ZSTD", "BROTLI", "LZ4"]),
        "data_page_version": choose.choice(["1.0", "2.0"]),
        "data_page_size": choose.choice([64, 1000, 65536]),
        "row_group_size": choose.choice([10, 333, 100_000]),
        "write_page_checksum": choose.random() < 0.5,
        "write_page_index": choose.random() < 0.3,
        "use_compliant_nested_type": choose.random() < 0.5,
        "use_deprecated_int96_timestamps": choose.random() < 0.1,
        "dictionary_pagesize_limit": choose.choice([100, 2**20]),
        "write_batch_size": choose.choice([5, 1024]),
    }
    path = join(folder, f"{index}.parquet")
    # int96 replaces what an encoding would be for.
    if options["use_deprecated_int96_timestamps"]:
        chosen = {}
    pq.write_table(table, path, store_schema=False, use_dictionary=dictionary, column_encoding=chosen or None, **options)
    first = choose.randint(0, rows)
    kinds = ", ".join(f"{data_type}{'' if nullable else ' not null'} {chosen.get(name, '')}".strip() for name, (_, data_type, nullable, *_) in zip(names, columns))
    said = f"{options['compression']}, pages {options['data_page_version']} of {options['data_page_size']}, {rows} rows by {options['row_group_size']}{', dictionary' if dictionary else ''}"
    return {
        "name": f"file {index} ({said}: {kinds})",
        "file": path,
        "cells": {name: cells(table.column(name)) for name in names},
        "start": first,
        "end": choose.randint(first, rows),
    }


answer([write(index, sys.argv[1]) for index in range(200)])
