import struct

import msgpack
import msgpack_numpy


def decode(path, size):
    with open(path, "rb") as file:
        data = file.read()
    at = 0
    total = 0
    while at < len(data):
        (length,) = struct.unpack_from("<I", data, at)
        value = msgpack.unpackb(data[at + 4 : at + 4 + length], object_hook=msgpack_numpy.decode, raw=False)
        total += value["y"] + (len(value["spikes"]) if "spikes" in value else 0)
        at += 4 + length
    return total
