"""Buffers of random signals, as their blobs, with what they compose to: make.py <folder of the package> <seed>."""

import sys

if sys.argv[1] != "-":
    sys.path.insert(0, sys.argv[1])

import numpy as np
import wavelet_buffer
from exact import answer
from floats import bytes64, floats64
from wavelet_buffer import WaveletBuffer, WaveletType
from wavelet_buffer.denoise import Null, Simple, Threshold

random = np.random.default_rng(int(sys.argv[2]))
most_level = 16 if sys.argv[1] != "-" else 31


def random_case(k):
    moments = int(random.integers(0, 6))
    least = max(2 * moments, 1)
    plane = k % 3 == 2
    if plane:
        shape = [int(random.integers(least, 70)), int(random.integers(least, 60))]
    else:
        shape = [int(random.integers(least, 4000 if k % 10 == 0 else 400))]
    most = int(np.floor(np.log2(min(shape) / (2 * moments - 1)))) if moments > 0 else 0
    steps = int(random.integers(0, max(most, 0) + 1))
    number = int(random.integers(1, 5)) if plane else 1
    size = shape[::-1]
    kind = k % 4
    if kind == 0:
        data = random.normal(0, 10.0 ** random.integers(-3, 4), [number, *size])
    elif kind == 1:
        data = np.cumsum(random.normal(0, 1, [number, *size]), axis=-1)
    elif kind == 2:
        data = random.integers(0, 256, [number, *size]) / 255
    else:
        data = np.sin(np.arange(number * np.prod(size)) / 9.0).reshape([number, *size]) + (random.random([number, *size]) < 0.05)
    data = data.astype("f4")
    denoisers = [
        ({"kind": "null"}, Null()),
        ({"kind": "threshold", "a": 0.125, "b": 0.25}, Threshold(0.125, 0.25)),
        ({"kind": "simple", "level": 0.75}, Simple(0.75)),
    ]
    described, denoiser = denoisers[int(random.integers(0, 3))]
    return moments, shape, number, steps, data, described, denoiser


def one(k):
    moments, shape, number, steps, data, described, denoiser = random_case(k)
    buffer = WaveletBuffer(shape, number, steps, WaveletType(moments))
    buffer.decompose(data if len(shape) == 2 else data[0], denoiser)
    level = int(random.integers(0, most_level + 1))
    blob = buffer.serialize(level)
    parsed = WaveletBuffer.parse(blob)
    return {
        "parameters": {
            "signalShape": shape,
            "signalNumber": number,
            "decompositionSteps": steps,
            "waveletType": "NONE" if moments == 0 else f"DB{moments}",
        },
        "denoiser": described,
        "level": level,
        "input": floats64(data),
        "plain": bytes64(buffer.serialize(0)),
        "blob": bytes64(blob),
        "text": str(parsed),
        "energy": [float(one) for one in np.ravel(wavelet_buffer.energy_distribution(parsed))],
        "distance": float(wavelet_buffer.distance(buffer, parsed)),
        "composed": [{"shape": list(one.shape), "data": floats64(one)} for one in (parsed.compose(scale) for scale in range(steps + 1))],
    }


answer([one(k) for k in range(300)])
