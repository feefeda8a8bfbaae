import h5py
import numpy as np


def scan(path, size):
    total = 0
    with h5py.File(path, "r") as file:
        samples = file["samples"]
        for second in range(size):
            total += int(samples[second * 25_000 : (second + 1) * 25_000].sum(dtype=np.int64))
    return total


def samples(path, size):
    total = 0
    with h5py.File(path, "r") as file:
        frames = file["samples"]
        for second in range(size):
            channels = np.ascontiguousarray(frames[second * 25_000 : (second + 1) * 25_000].T)
            for channel in channels:
                total += int(channel.sum(dtype=np.int64))
    return total
