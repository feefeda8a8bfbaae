"""Values in a form that JSON keeps whole and that exact.mjs writes alike, and how a script answers."""

import json
import math
import os
import struct

import numpy as np


def answer(value):
    """Hands a value to the suite. Not through standard output: libraries and their child processes talk there."""
    with open(os.environ["SONDE_ANSWER"], "w", encoding="utf-8") as file:
        json.dump(value, file)


def float_bits(value):
    return struct.pack(">d", math.nan if math.isnan(value) else value).hex()


def number(value):
    if isinstance(value, int) and not -(2**53) < value < 2**53:
        return {"integer": str(value)}
    return {"number": float_bits(float(value))}


def description(dtype):
    if dtype.names is not None or dtype.kind == "V":
        return [field(entry) for entry in dtype.descr]
    return dtype.str


def field(entry):
    kind = [field(inner) for inner in entry[1]] if isinstance(entry[1], list) else entry[1]
    return [entry[0], kind] if len(entry) == 2 else [entry[0], kind, list(entry[2])]


def items(array):
    """Arrays in arrays. Dates and durations are counts of their unit, text in bytes is Latin-1 without its padding."""
    if array.dtype.names is not None:
        if array.ndim > 0:
            return [items(array[k, ...]) for k in range(len(array))]
        return {"map": [[name, items(array[name])] for name in array.dtype.names]}
    if array.ndim > 0:
        return [items(array[k, ...]) for k in range(len(array))]
    value = array[()]
    kind = array.dtype.kind
    if kind in "mM":
        return None if np.isnat(value) else number(int(value.astype("i8")))
    if kind == "c":
        return {"complex": [float_bits(float(value.real)), float_bits(float(value.imag))]}
    if kind == "S":
        return bytes(value).decode("latin-1")
    if kind == "V":
        return {"bytes": value.tobytes().hex()}
    return plain(value.item() if isinstance(value, np.generic) else value)


def plain(value):
    """A value as Python's msgpack and msgpack-numpy return it."""
    import msgpack

    if value is None or isinstance(value, (bool, str)):
        return value
    if isinstance(value, np.bool_):
        return bool(value)
    if isinstance(value, np.ndarray):
        # Subarrays of what a field left out keep their order; elements are written in C order.
        return {"array": description(value.dtype), "shape": list(value.shape), "bytes": value.tobytes().hex(), "items": items(value)}
    if isinstance(value, (np.datetime64, np.timedelta64)):
        return plain(np.array(value))
    if isinstance(value, (complex, np.complexfloating)):
        return {"complex": [float_bits(float(value.real)), float_bits(float(value.imag))]}
    if isinstance(value, np.integer):
        return number(int(value))
    if isinstance(value, np.floating):
        return number(float(value))
    if isinstance(value, (int, float)):
        return number(value)
    if isinstance(value, (bytes, bytearray)):
        return {"bytes": bytes(value).hex()}
    if isinstance(value, msgpack.ExtType):
        return {"extension": value.code, "bytes": value.data.hex()}
    if isinstance(value, (list, tuple)):
        return [plain(item) for item in value]
    if isinstance(value, dict):
        return {"map": [[plain(key), plain(item)] for key, item in value.items()]}
    if isinstance(value, msgpack.Timestamp):
        return {"timestamp": str(value.to_unix_nano())}
    raise TypeError(f"{type(value)} has no exact form")
