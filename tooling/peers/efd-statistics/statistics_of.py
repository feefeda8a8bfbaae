"""The statistics of windows by CPython's own library, as the observatory's aggregator computes them; doubles by their bits."""

import json
import os
import statistics
import struct
import sys


def value_of(item):
    return int(item["integer"]) if isinstance(item, dict) else struct.unpack(">d", bytes.fromhex(item))[0]


def statistics_of(values):
    quartiles = statistics.quantiles(values, n=4, method="exclusive")
    found = {
        "min": min(values),
        "q1": quartiles[0],
        "mean": statistics.mean(values),
        "median": statistics.median(values),
        "stdev": statistics.stdev(values),
        "q3": quartiles[2],
        "max": max(values),
    }
    # The record holds doubles, whatever the values were.
    return {name: struct.pack(">d", float(value)).hex() for name, value in found.items()}


with open(sys.argv[1], encoding="utf-8") as file:
    windows = [[value_of(item) for item in window] for window in json.load(file)]
with open(os.environ["SONDE_ANSWER"], "w", encoding="utf-8") as file:
    json.dump([statistics_of(window) for window in windows], file)
