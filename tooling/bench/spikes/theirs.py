import numpy as np
import tables


def read(path, names):
    with tables.open_file(path, "r") as file:
        rows = file.root.spikes.read()
        return [np.ascontiguousarray(rows[name]) for name in names]


def columns(path, size):
    timestamp, channel = read(path, ["timestamp", "channel"])
    return [len(timestamp), int(timestamp[-1]), int(channel[size // 2])]


def waveforms(path, size):
    timestamp, channel, samples = read(path, ["timestamp", "channel", "samples"])
    return [len(timestamp), int(timestamp[-1]), int(channel[size // 2]), float(samples[size // 2, 25])]
