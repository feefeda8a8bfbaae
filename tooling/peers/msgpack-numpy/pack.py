"""Prints a list of { name, packed, value }: what msgpack with msgpack-numpy writes, and what it stands for."""

import msgpack
import msgpack_numpy
import numpy as np
from exact import answer, plain

random = np.random.default_rng(20241219)
scalars = ["b1", "i1", "u1", "S3", "S1", "V3", "V1"]
ordered = ["i2", "i4", "i8", "u2", "u4", "u8", "f2", "f4", "f8", "c8", "c16", "U1", "U5"]
units = ["Y", "M", "W", "D", "h", "m", "s", "ms", "us", "ns", "ps", "fs", "as", "25s"]
dtypes = [
    *(f"|{one}" for one in scalars),
    *(f"{order}{one}" for order in "<>" for one in ordered),
    *(f"{order}{kind}8[{unit}]" for order in "<>" for kind in "Mm" for unit in units),
]
shapes = [(), (0,), (1,), (7,), (2, 3), (2, 0, 4), (2, 3, 4, 5)]


def filled(dtype, shape):
    """Random bits, so that every pattern comes; text and booleans must be what they are."""
    dtype = np.dtype(dtype)
    count = int(np.prod(shape))
    if dtype.kind == "b":
        return random.integers(0, 2, shape).astype(dtype)
    if dtype.kind == "U":
        letters = list("aµ神\U0001f9e0 \0z")
        length = dtype.itemsize // 4
        return np.array(["".join(random.choice(letters, length)) for _ in range(count)], dtype=dtype).reshape(shape)
    if dtype.names is not None:
        result = np.zeros(shape, dtype)
        for name in dtype.names:
            inner = dtype[name]
            base, sub = inner.subdtype if inner.subdtype is not None else (inner, ())
            result[name] = filled(base, (*shape, *sub))
        return result
    return np.frombuffer(random.bytes(count * dtype.itemsize), dtype).reshape(shape)


def nested(depth):
    kind = int(random.integers(0, 9 if depth > 0 else 7))
    if kind == 0:
        return None
    if kind == 1:
        return bool(random.integers(0, 2))
    if kind == 2:
        return int(random.integers(-(2**63), 2**63 - 1)) >> int(random.integers(0, 63))
    if kind == 3:
        return float(random.normal()) * 10.0 ** float(random.integers(-300, 300))
    if kind == 4:
        return "".join(random.choice(list("abcµ神\U0001f9e0"), int(random.integers(0, 40))))
    if kind == 5:
        return random.bytes(int(random.integers(0, 40)))
    if kind == 6:
        return filled(random.choice(["<i4", "<f8", "<u8", "|b1", "<U5"]), (int(random.integers(0, 5)),))
    if kind == 7:
        return [nested(depth - 1) for _ in range(int(random.integers(0, 5)))]
    return {f"key {k}": nested(depth - 1) for k in range(int(random.integers(0, 5)))}


values = {}
for dtype in dtypes:
    for shape in shapes:
        if np.dtype(dtype).kind not in "mM":
            values[f"an array {dtype} of shape {shape}"] = filled(dtype, shape)
        elif np.prod(shape) > 1:
            # msgpack-numpy 0.4.8 packs dates only where they are not contiguous: the buffer of others is refused by NumPy.
            values[f"an array {dtype} of shape {shape}"] = filled(dtype, (*shape, 2))[..., 0]
for dtype in [*scalars[:3], *(f"<{one}" for one in ordered[:11])]:
    for k in range(3):
        values[f"a scalar {dtype} ({k})"] = filled(dtype, (1,))[0]
values["an array in Fortran's order"] = np.asfortranarray(filled("<f8", (3, 4)))
values["every second row"] = filled("<i4", (8, 3))[::2]
values["a transposed array"] = filled("<i2", (2, 3, 4)).transpose(2, 0, 1)
values["a reversed array"] = filled("<f4", (9,))[::-1]
values["special floats"] = np.array([np.nan, np.inf, -np.inf, -0.0, 5e-324, 1.7976931348623157e308])
values["not a time"] = np.array(["NaT", "2024-12-19T15:20:34.893000001", "1970-01-01"], "M8[ns]")[::-1]
structures = {
    "numbers": [("x", "<f8"), ("y", ">i4")],
    "subarrays": [("x", "<f4", (3,)), ("y", "<u2", (2, 2))],
    "structures": [("outer", [("inner", "<i8"), ("name", "S4")]), ("text", "<U3")],
    "a name in Greek": [("µ", "|b1"), ("Ω", "<f2")],
}
for name, dtype in structures.items():
    for shape in [(), (1,), (5,), (2, 2)]:
        if shape != ():
            values[f"records of {name}, shape {shape}"] = filled(dtype, shape)
        else:
            values[f"records of {name}, no dimension"] = filled(dtype, (1,)).reshape(())
for power in range(0, 65):
    for offset in (-1, 0, 1):
        for sign in (1, -1):
            value = sign * (2**power + offset)
            if -(2**63) <= value < 2**64:
                values[f"the integer {value}"] = value
for k, value in enumerate([0.0, -0.0, 1.0, 0.1, 1e300, 5e-324, float("inf"), float("-inf"), float("nan"), 2.0**53, 2.0**63, 2.0**64]):
    values[f"the float {value} ({k})"] = value
for length in (0, 1, 15, 16, 31, 32, 255, 256, 65_535, 65_536):
    values[f"text of {length} characters"] = "µ" * length
    values[f"{length} bytes"] = b"\xc1" * length
    values[f"a list of {length}"] = [None] * length
    values[f"a map of {length}"] = {str(k): k for k in range(length)}
for value in (1 + 2j, 0j, complex("nan+infj"), -0.0 + 1e20j, 1e-5j, 123456789.123 - 1e16j):
    values[f"complex {value}"] = value
values["a tuple"] = (1, (2, 3))
values["a key __proto__"] = {"__proto__": {"polluted": True}, "constructor": 1}
values["a map with keys of bytes"] = {b"nd": 1, b"other": 2, "text": 3}
values["a map that looks like an array, in text"] = {"nd": True, "type": "<i4", "kind": "", "shape": [1], "data": b"\0\0\0\0"}
for seconds, nanoseconds in [(0, 0), (2**32 - 1, 0), (2**34 - 1, 999_999_999), (-1, 1), (2**40, 7), (-(2**40), 999_999_999)]:
    values[f"a timestamp of {seconds} s and {nanoseconds} ns"] = msgpack.Timestamp(seconds, nanoseconds)
for code, length in [(0, 1), (1, 2), (2, 4), (3, 8), (4, 16), (5, 3), (6, 255), (7, 256), (127, 70_000)]:
    values[f"an extension {code} of {length} bytes"] = msgpack.ExtType(code, b"\x01" * length)
for k in range(500):
    values[f"a random document ({k})"] = nested(4)

answer(
    [
        {"name": name, "packed": msgpack.packb(value, default=msgpack_numpy.encode, use_bin_type=True).hex(), "value": plain(value)}
        for name, value in values.items()
    ],
)
