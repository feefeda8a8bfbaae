"""Arrays of floats in JSON."""

import base64

import numpy as np


def bytes64(data):
    return base64.b64encode(data).decode("ascii")


def floats64(array):
    return bytes64(np.ascontiguousarray(array, dtype="<f4").tobytes())
