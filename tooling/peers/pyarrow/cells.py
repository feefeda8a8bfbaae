"""Cells of pyarrow's arrays as cells.mjs writes them."""

import pyarrow as pa
from exact import number

nanos = {"s": 10**9, "ms": 10**6, "us": 1000, "ns": 1}


def cells(array):
    if isinstance(array, pa.ChunkedArray):
        return [cell for chunk in array.chunks for cell in cells(chunk)]
    kind = array.type
    if pa.types.is_dictionary(kind):
        return cells(array.dictionary_decode())
    if pa.types.is_null(kind):
        return [None] * len(array)
    if pa.types.is_timestamp(kind) or pa.types.is_duration(kind) or pa.types.is_time64(kind):
        return [value if value is None else number(value * nanos[kind.unit]) for value in array.cast(pa.int64()).to_pylist()]
    if pa.types.is_time32(kind):
        return [value if value is None else number(value * nanos[kind.unit]) for value in array.cast(pa.int32()).to_pylist()]
    if pa.types.is_date32(kind):
        return [value if value is None else {"date": value * 86_400_000} for value in array.cast(pa.int32()).to_pylist()]
    if pa.types.is_date64(kind):
        return [value if value is None else {"date": value} for value in array.cast(pa.int64()).to_pylist()]
    if pa.types.is_decimal(kind):
        return [value if value is None else f"{value:f}" for value in array.to_pylist()]
    if pa.types.is_map(kind):
        return [
            {"map": [list(pair) for pair in zip(cells(row.values.field(0)), cells(row.values.field(1)))]} if row.is_valid else None
            for row in array
        ]
    if pa.types.is_list(kind) or pa.types.is_large_list(kind) or pa.types.is_fixed_size_list(kind):
        return [cells(row.values) if row.is_valid else None for row in array]
    if pa.types.is_struct(kind):
        columns = [cells(array.field(k)) for k in range(kind.num_fields)]
        names = [kind.field(k).name for k in range(kind.num_fields)]
        return [
            {"map": [[name, column[row]] for name, column in zip(names, columns)]} if array[row].is_valid else None
            for row in range(len(array))
        ]
    return [cell(value) for value in array.to_pylist()]


def cell(value):
    if value is None or isinstance(value, (bool, str)):
        return value
    if isinstance(value, bytes):
        return {"bytes": value.hex()}
    return number(int(value) if isinstance(value, int) else float(value))
