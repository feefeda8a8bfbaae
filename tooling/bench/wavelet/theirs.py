import struct

import numpy as np
from wavelet_buffer import WaveletBuffer
from wavelet_buffer.denoise import Threshold

times = 20
files = {}


def read(path):
    if path not in files:
        with open(path, "rb") as file:
            data = file.read()
        (length,) = struct.unpack_from("<I", data)
        files[path] = (data[4 : 4 + length], np.frombuffer(data[4 + length :], "<f4").copy())
    return files[path]


def compose(path, scale):
    blob, _ = read(path)
    return sum(len(WaveletBuffer.parse(blob).compose(scale)) for _ in range(times))


def whole(path, size):
    return compose(path, 0)


def eighth(path, size):
    return compose(path, 3)


def coarse(path, size):
    return compose(path, min(7, WaveletBuffer.parse(read(path)[0]).parameters.decomposition_steps))


def write(path, size):
    blob, samples = read(path)
    parameters = WaveletBuffer.parse(blob).parameters
    total = 0
    for _ in range(times):
        buffer = WaveletBuffer(parameters.signal_shape, 1, parameters.decomposition_steps, parameters.wavelet_type)
        buffer.decompose(samples, Threshold(0, 0.1))
        total += round(len(buffer.serialize(16)) / len(blob)) * len(samples)
    return total
