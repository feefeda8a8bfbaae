"""Reads a list of { blob, steps, level }: what each blob composes to at every scale, and how it is written at the level."""

import base64
import json
import sys

from exact import answer
from floats import bytes64, floats64
from wavelet_buffer import WaveletBuffer


def read(case):
    buffer = WaveletBuffer.parse(base64.b64decode(case["blob"]))
    if buffer is None:
        return {"error": "it is no WaveletBuffer"}
    composed = [buffer.compose(scale) for scale in range(case["steps"] + 1)]
    return {
        "composed": [{"shape": list(one.shape), "data": floats64(one)} for one in composed],
        "blob": bytes64(buffer.serialize(case["level"])),
    }


with open(sys.argv[1]) as file:
    answer([read(case) for case in json.load(file)])
