"""Variants as drift-bytes writes them, and what it reads of ours: drift_bytes_both_ways.py <file of a blob>."""

import base64
import json
import sys

import numpy as np
from drift_bytes import InputBuffer, OutputBuffer, Variant
from exact import answer

random = np.random.default_rng(7)


def text():
    return "".join(random.choice(list("aµ神\U0001f9e0 "), int(random.integers(0, 20))))


def value(kind, many):
    count = int(random.integers(2, 9)) if many else 1
    if kind == "bool":
        made = [bool(one) for one in random.integers(0, 2, count)]
    elif kind == "string":
        made = [text() for _ in range(count)]
    elif kind.startswith("float"):
        made = [float(np.float32(one)) for one in random.normal(0, 1e6, count)]
    else:
        info = np.iinfo(kind)
        made = [int(one) for one in random.integers(info.min, info.max, count, dtype=kind, endpoint=True)]
    return made if many else made[0]


def shown(variant):
    values = variant.value
    listed = [] if values is None else values if isinstance(values, list) else [values]
    return {"type": variant.type, "shape": list(variant.shape), "values": [one if isinstance(one, (bool, str)) else repr(one) for one in listed]}


# Its uint8 is packed as int8, so that is left out.
kinds = ["bool", "int8", "int16", "uint16", "int32", "uint32", "int64", "uint64", "float32", "float64", "string"]
messages = []
for k in range(100):
    out = OutputBuffer()
    variants = []
    for _ in range(int(random.integers(0, 12))):
        kind = str(random.choice(kinds))
        variant = Variant(value(kind, bool(random.integers(0, 2))), kind) if random.random() > 0.1 else Variant(None)
        out.push(variant)
        variants.append(shown(variant))
    messages.append({"bytes": base64.b64encode(out.bytes()).decode("ascii"), "variants": variants})


def read(blob):
    buffer = InputBuffer(base64.b64decode(blob))
    variants = []
    while not buffer.empty():
        variants.append(shown(buffer.pop()))
    return variants


with open(sys.argv[1]) as file:
    answer({"written": messages, "read": [read(blob) for blob in json.load(file)]})
