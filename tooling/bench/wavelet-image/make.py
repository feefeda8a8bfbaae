"""The length of a blob, the blob, and the channels that it was made of."""

import struct
import sys

import numpy as np
from wavelet_buffer import WaveletBuffer, WaveletType
from wavelet_buffer.denoise import Threshold

path, width = sys.argv[1], int(sys.argv[2])
height = width * 9 // 16
random = np.random.default_rng(1)
y, x = np.mgrid[0:height, 0:width]
channels = [np.sin(x / 97.0 + c) * np.cos(y / 61.0) / 2 + 0.5 + random.normal(0, 0.02, (height, width)) for c in range(3)]
image = np.stack(channels).clip(0, 1).astype("<f4")
steps = min(5, int(np.floor(np.log2(height / 5))))
buffer = WaveletBuffer([width, height], 3, steps, WaveletType.DB3)
buffer.decompose(image, Threshold(0, 0.04))
blob = buffer.serialize(16)
with open(path, "wb") as file:
    file.write(struct.pack("<I", len(blob)) + blob + image.tobytes())
