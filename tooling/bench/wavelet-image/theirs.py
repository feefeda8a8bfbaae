import struct

import numpy as np
from wavelet_buffer import WaveletBuffer
from wavelet_buffer.denoise import Threshold

files = {}


def read(path):
    if path not in files:
        with open(path, "rb") as file:
            data = file.read()
        (length,) = struct.unpack_from("<I", data)
        files[path] = (data[4 : 4 + length], np.frombuffer(data[4 + length :], "<f4").copy())
    return files[path]


def whole(path, size):
    return list(WaveletBuffer.parse(read(path)[0]).compose(0).shape)


def eighth(path, size):
    return list(WaveletBuffer.parse(read(path)[0]).compose(3).shape)


def write(path, size):
    blob, pixels = read(path)
    parameters = WaveletBuffer.parse(blob).parameters
    width, height = parameters.signal_shape
    buffer = WaveletBuffer([width, height], 3, parameters.decomposition_steps, parameters.wavelet_type)
    buffer.decompose(pixels.reshape(3, height, width), Threshold(0, 0.04))
    return round(100 * len(buffer.serialize(16)) / len(blob))
