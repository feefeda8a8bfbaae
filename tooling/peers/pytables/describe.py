"""What a file holds, in the form that suite.mjs makes of what it reads."""

import hashlib

import numpy as np
from exact import number


def digest(array):
    return hashlib.sha256(array.tobytes()).hexdigest()


def little(array):
    array = np.asarray(array)
    return array.astype(array.dtype.newbyteorder("<"), copy=False)


def values(array):
    """The bytes of `read`: booleans are whole numbers of one byte, half floats are widened."""
    array = little(array)
    if array.dtype == np.dtype("<f2"):
        array = array.astype("<f4")
        # Which NaN a half float was is not kept; `bytes` has it.
        array = np.where(np.isnan(array), np.float32("nan"), array)
    return digest(array)


def text(item):
    return item.decode("latin-1") if isinstance(item, bytes) else str(item)


def texts(array):
    return [text(item) for item in np.asarray(array).reshape(-1).tolist()]


def dataset(path, array, chunks=None):
    """`array` holds what was written."""
    array = np.asarray(array)
    result = {"path": path, "shape": list(array.shape), "chunks": None if chunks is None else [int(side) for side in chunks]}
    if array.dtype.names is not None:
        result["fields"] = {name: texts(array[name]) if array.dtype[name].kind in "SO" else values(array[name]) for name in array.dtype.names}
        result["bytes"] = digest(little(array))
    elif array.dtype.kind in "SUO":
        result["strings"] = texts(array)
    else:
        result["values"] = values(array)
        result["bytes"] = digest(little(array))
        if array.ndim > 0 and len(array) > 2:
            # Rows that begin and end inside of chunks.
            result["rows"] = {f"{start}:{end}": values(array[start:end]) for start, end in [(0, 1), (1, len(array) - 1), (len(array) // 2, len(array))]}
    return result


def attribute(value):
    """Strings of no length are nothing, bytes are Latin-1."""
    if isinstance(value, (str, bytes)):
        return None if len(value) == 0 else text(value)
    array = np.asarray(value)
    if array.dtype.kind in "SUO":
        flat = texts(array)
        return flat[0] if array.ndim == 0 else flat
    flat = [number(item) for item in array.reshape(-1).tolist()]
    return flat[0] if array.ndim == 0 else flat
