"""A folder of packages, <topic>/<ms>.dp, each a time series of 1000 samples."""

import os
import sys

import numpy as np
from drift_protocol.common import DataPayload, DriftPackage, StatusCode
from drift_protocol.meta import MetaInfo, TimeSeriesInfo
from wavelet_buffer import WaveletBuffer, WaveletType
from wavelet_buffer.denoise import Threshold

path, size = sys.argv[1], int(sys.argv[2])
samples = 1000
first = 1_676_296_193_326
random = np.random.default_rng(1)
folder = os.path.join(path, "acc-5")
os.makedirs(folder)
for index in range(size):
    start = first + index * 1000
    time = (index * samples + np.arange(samples)) / samples
    values = (np.sin(2 * np.pi * 50 * time) + random.normal(0, 0.05, samples)).astype("<f4")
    buffer = WaveletBuffer([samples], 1, 5, WaveletType.DB3)
    buffer.decompose(values, Threshold(0, 0.1))
    package = DriftPackage()
    package.id = start
    package.status = StatusCode.GOOD
    package.source_timestamp.FromMilliseconds(start)
    package.publish_timestamp.FromMilliseconds(start + 40)
    package.meta.type = MetaInfo.TIME_SERIES
    info = TimeSeriesInfo()
    info.start_timestamp.FromMilliseconds(start)
    info.stop_timestamp.FromMilliseconds(start + 1000)
    info.size = samples
    package.meta.time_series_info.CopyFrom(info)
    payload = DataPayload()
    payload.data = buffer.serialize(16)
    package.data.add().Pack(payload)
    with open(os.path.join(folder, f"{start}.dp"), "wb") as file:
        file.write(package.SerializeToString())
