"""Reads tables of every format: argv[1] lists { file, format }; answers with types, metadata and cells."""

import base64
import json
import sys

import pyarrow as pa
import pyarrow.csv
import pyarrow.ipc
import pyarrow.parquet
from cells import cells
from exact import answer

csv_types = {
    "time": pa.timestamp("ns", "UTC"),
    "nullable_time": pa.timestamp("ns", "UTC"),
    **{name: getattr(pa, name)() for name in ["int8", "int16", "int32", "int64", "uint8", "uint16", "uint32", "uint64", "float32", "float64"]},
    **{"nullable_int64": pa.int64(), "nullable_uint8": pa.uint8(), "nullable_float64": pa.float64(), "only_nulls": pa.float64()},
    **{"bool": pa.bool_(), "nullable_bool": pa.bool_(), "text": pa.string(), "nullable_text": pa.string()},
    **{name: pa.string() for name in ["bytes", "nullable_bytes"]},
}


def metadata(found):
    return {key.decode(): value.decode() for key, value in (found or {}).items() if not key.startswith(b"ARROW:")}


def described(table):
    return {
        "types": {field.name: str(field.type) for field in table.schema},
        "nullable": {field.name: field.nullable for field in table.schema},
        "metadata": metadata(table.schema.metadata),
        "fields": {field.name: metadata(field.metadata) for field in table.schema},
        "cells": {name: cells(table.column(name)) for name in table.column_names},
    }


def parquet(path):
    file = pyarrow.parquet.ParquetFile(path, page_checksum_verification=True)
    result = described(file.read())
    result["metadata"] = metadata(file.metadata.metadata)
    result["statistics"] = [wrong for group in range(file.num_row_groups) for wrong in wrong_statistics(file, group)]
    return result


def wrong_statistics(file, group):
    """Readers skip row groups by their statistics, so these must hold."""
    table = file.read_row_group(group)
    for k, name in enumerate(table.column_names):
        said = file.metadata.row_group(group).column(k).statistics
        if said is None:
            continue
        column = table.column(name)
        if said.has_null_count and said.null_count != column.null_count:
            yield f"{name} of group {group} has {column.null_count} nulls, not {said.null_count}"
        # As stored: Python's own times hold no nanoseconds.
        stored = column.cast(pa.int64()) if pa.types.is_timestamp(column.type) else column
        values = [value for value in stored.to_pylist() if value is not None and value == value]
        if not said.has_min_max or not values:
            continue
        least, most = (said.min_raw, said.max_raw) if pa.types.is_timestamp(column.type) else (said.min, said.max)
        if isinstance(least, bytes):
            values = [value if isinstance(value, bytes) else value.encode() for value in values]
        if least > min(values) or most < max(values):
            yield f"{name} of group {group} is said to lie between {least!r} and {most!r}"


def ipc(path, opened):
    with pa.OSFile(path) as file:
        table = opened(file).read_all()
    table.validate(full=True)
    return described(table)


def csv(path):
    options = pyarrow.csv.ConvertOptions(
        column_types=csv_types, null_values=[""], strings_can_be_null=True, quoted_strings_can_be_null=False, true_values=["true"], false_values=["false"]
    )
    table = pyarrow.csv.read_csv(path, parse_options=pyarrow.csv.ParseOptions(newlines_in_values=True), convert_options=options)
    result = described(table)
    for name in ("bytes", "nullable_bytes"):
        if name in result["cells"]:
            result["cells"][name] = [None if text is None else {"bytes": base64.b64decode(text).hex()} for text in result["cells"][name]]
    return result


formats = {
    "parquet": parquet,
    "stream": lambda path: ipc(path, pa.ipc.open_stream),
    "file": lambda path: ipc(path, pa.ipc.open_file),
    "csv": csv,
}


def read(entry):
    try:
        return formats[entry["format"]](entry["file"])
    except Exception as error:
        return {"error": f"{type(error).__name__}: {error}"}


with open(sys.argv[1], encoding="utf-8") as requests:
    answer([read(entry) for entry in json.load(requests)])
