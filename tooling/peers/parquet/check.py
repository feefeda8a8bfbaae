"""Reads what write.ts wrote, with pyarrow, and compares it cell by cell with what was meant.

Usage: python check.py FOLDER
"""

import json
import math
import sys
from pathlib import Path

import pyarrow as pa
import pyarrow.ipc
import pyarrow.parquet as pq

folder = Path(sys.argv[1])
START = 1_500_000_000_000_000_001

EXPECTED = {
    "time": [START, START + 1, START + 1, 2**63 - 1],
    "i8": [-128, None, 0, 127],
    "u8": [0, 255, 1, 2],
    "i16": [-32768, 32767, 0, 1],
    "u16": [65535, None, 0, 1],
    "i32": [-(2**31), 2**31 - 1, 0, 1],
    "u32": [2**32 - 1, None, 2**31, 1],
    "i64": [-(2**63), 2**63 - 1, None, 2**53 + 1],
    "u64": [2**64 - 1, 0, 2**63, 2**53 + 1],
    "f32": [1.5, math.nan, None, -0.0],
    "f64": [0.1, math.nan, None, -math.inf],
    "flag": [True, None, False, True],
    "text": ['a,"b"\r\n', "", None, "日本"],
    "bytes": [b'{"a":1}', b"", None, b"[2]"],
    "when": [-1, None, 0, -(2**63)],
    "span": [1, None, -1, 2**62],
    "raw3": [b"\x01\x02\x03", b"\x04\x05\x06", b"\x07\x08\x09", b"\x0a\x0b\x0c"],
}
PARQUET_TYPES = {
    "time": pa.timestamp("ns", "UTC"),
    "i8": pa.int8(),
    "u8": pa.uint8(),
    "i16": pa.int16(),
    "u16": pa.uint16(),
    "i32": pa.int32(),
    "u32": pa.uint32(),
    "i64": pa.int64(),
    "u64": pa.uint64(),
    "f32": pa.float32(),
    "f64": pa.float64(),
    "flag": pa.bool_(),
    "text": pa.string(),
    "bytes": pa.binary(),
    "when": pa.timestamp("ns", "UTC"),
    "millis": pa.timestamp("ms", "UTC"),
    "local": pa.timestamp("ms"),
    "span": pa.int64(),
    "raw3": pa.binary(3),
}
PARQUET_EXPECTED = EXPECTED | {
    "millis": [0, 1, -1, 1_500_000_000_000],
    "local": [0, 1000, -1000, 1_500_000_000_000],
}


def plain(column):
    """Times and durations as the integers that they are."""
    if pa.types.is_timestamp(column.type) or pa.types.is_duration(column.type):
        column = column.cast(pa.int64())
    return column.to_pylist()


def same(a, b):
    if isinstance(a, float) and isinstance(b, float):
        return (math.isnan(a) and math.isnan(b)) or (a == b and math.copysign(1, a) == math.copysign(1, b))
    return a == b and type(a) is type(b)


def compare(table, expected, name):
    for column, cells in expected.items():
        found = plain(table[column])
        assert len(found) == len(cells), (name, column, found)
        assert all(map(same, found, cells)), (name, column, found, cells)


parquet_file = pq.ParquetFile(folder / "every.parquet")
table = parquet_file.read()
assert parquet_file.metadata.num_row_groups == 2
compare(table, PARQUET_EXPECTED, "parquet")
for column, kind in PARQUET_TYPES.items():
    assert table.schema.field(column).type == kind, (column, table.schema.field(column).type)
assert not table.schema.field("time").nullable and table.schema.field("f64").nullable
assert table.schema.metadata[b"sonde:version"] == b"7"
fields = json.loads(table.schema.metadata[b"sonde:fields"])
assert fields["f64"] == {"sonde:unit": "m/s²", "sonde:label": 'the "speed"'}, fields["f64"]
nested = [None if cell is None else json.loads(cell) for cell in table["list"].to_pylist()]
assert nested == [["1", str(2**60)], [], None, ["-1"]], nested
assert json.loads(table["inner"].to_pylist()[0]) == {"at": "2017-07-14T02:40:00.000000001Z", "s": "x"}
assert [json.loads(cell) for cell in table["pair"].to_pylist()] == [[1, 2], [3, 4], [5, 6], [7, 8]]
# Statistics of a row group let readers skip it, so they must hold too.
statistics = {parquet_file.schema.column(i).name: parquet_file.metadata.row_group(0).column(i).statistics for i in range(parquet_file.metadata.num_columns)}
assert (statistics["i64"].min, statistics["i64"].max) == (-(2**63), 2**63 - 1)
assert (statistics["u64"].min, statistics["u64"].max) == (0, 2**64 - 1), statistics["u64"]
assert statistics["u64"].null_count == 0 and statistics["i64"].null_count == 1

for name, reader in (("arrows", pa.ipc.open_stream), ("arrow", pa.ipc.open_file)):
    table = reader(folder / f"every.{name}").read_all()
    table.validate(full=True)
    compare(table, EXPECTED, name)
    assert table["list"].to_pylist() == [[1, 2**60], [], None, [-1]]
    assert table["pair"].to_pylist() == [[1, 2], [3, 4], [5, 6], [7, 8]]
    assert [None if cell is None else cell["s"] for cell in table["inner"].to_pylist()] == ["x", None, None, ""]
    assert table.schema.field("f64").metadata[b"sonde:unit"] == "m/s²".encode()
    assert table.schema.metadata[b"sonde:version"] == b"7"
print("pyarrow", pa.__version__, "reads every cell as it was written")
