"""Prints what the SDK's RecordingView finds in each of the files given."""

import hashlib
import sys

import numpy as np
from cl import RecordingView
from exact import answer, plain


def digest(array):
    return hashlib.sha256(np.ascontiguousarray(array).tobytes()).hexdigest()


def table(found):
    if found is None:
        return None
    rows = found[:]
    result = {"rows": len(rows), "ticks": digest(rows["timestamp"]), "channels": digest(rows["channel"])}
    if "samples" in rows.dtype.names:
        result["waveforms"] = digest(rows["samples"])
    channels = sorted({int(channel) for channel in rows["channel"]})[:3]
    result["of channels"] = {str(channel): digest(rows["timestamp"][rows["channel"] == channel]) for channel in channels}
    return result


def attributes(found):
    return {name: plain(found[name]) for name in found.keys()}


def stream(found):
    keys = [int(key) for key in found.keys()]
    middle = keys[len(keys) // 3 : 2 * len(keys) // 3] or [0]
    start, end = middle[0], middle[-1] + 1
    return {
        "attributes": attributes(found.attributes),
        "keys": keys,
        "values": [plain(value) for value in found.values()],
        "range": [start, end],
        "keys of range": [int(key) for key in found.keys_for_range(start, end)],
        "values of range": [plain(value) for value in found.values_for_range(start, end)],
    }


def view(path):
    with RecordingView(path) as found:
        samples = found.samples
        return {
            "attributes": attributes(found.attributes),
            "samples": None if samples is None else {"shape": [int(side) for side in samples.shape], "all": digest(samples[:]), "part": digest(samples[100:612, 3:5])},
            "spikes": table(found.spikes),
            "stims": table(found.stims),
            "streams": None if found.data_streams is None else {name: stream(found.data_streams[name]) for name in found.data_streams.keys()},
        }


def found(path):
    try:
        return view(path)
    except Exception as error:
        return {"error": f"{type(error).__name__}: {error}"}


answer([found(path) for path in sys.argv[1:]])
