"""The length of a blob, the blob, and the samples that it was made of."""

import struct
import sys

import numpy as np
from wavelet_buffer import WaveletBuffer, WaveletType
from wavelet_buffer.denoise import Threshold

path, size = sys.argv[1], int(sys.argv[2])
random = np.random.default_rng(1)
time = np.arange(size) / 48_000
samples = np.sin(2 * np.pi * 50 * time) + 0.3 * np.sin(2 * np.pi * 1234 * time) + random.normal(0, 0.05, size)
samples = samples.astype("<f4")
steps = min(10, int(np.floor(np.log2(size / 9))))
buffer = WaveletBuffer([size], 1, steps, WaveletType.DB5)
buffer.decompose(samples, Threshold(0, 0.1))
blob = buffer.serialize(16)
with open(path, "wb") as file:
    file.write(struct.pack("<I", len(blob)) + blob + samples.tobytes())
