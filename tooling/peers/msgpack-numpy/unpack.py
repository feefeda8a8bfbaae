"""Reads a list of messages and prints what Python makes of each, and how it would write that."""

import json
import sys

import msgpack
import msgpack_numpy
from exact import answer, plain


def read(packed):
    try:
        value = msgpack.unpackb(bytes.fromhex(packed), object_hook=msgpack_numpy.decode, raw=False, strict_map_key=False)
    except Exception as error:
        return {"error": f"{type(error).__name__}: {error}"}
    try:
        again = msgpack.packb(value, default=msgpack_numpy.encode, use_bin_type=True).hex()
    except ValueError:
        # Contiguous dates, which msgpack-numpy reads and can't write.
        again = None
    return {"value": plain(value), "packed": again}


with open(sys.argv[1]) as file:
    answer([read(packed) for packed in json.load(file)])
