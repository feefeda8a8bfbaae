"""Makes recordings with the SDK's simulator in a folder and prints their paths by what they hold."""

import sys

import cl
import numpy as np
from exact import answer

folder = sys.argv[1]
random = np.random.default_rng(5)


def kinds():
    """One value of every kind that a data stream takes."""
    record = np.zeros(3, [("a", "<i4"), ("b", "<f8", (2,)), ("c", "S4")])
    record["a"] = [1, -2, 3]
    record["b"] = [[1, 2], [3, 4], [5, np.nan]]
    record["c"] = [b"ab", b"cdef", b""]
    yield from [None, True, False, 0, -1, 127, 128, -(2**31), 2**53 + 1, 2**63, -(2**63), 2**64 - 1]
    yield from [0.0, -0.0, 1.0, 0.1, 5e-324, float("inf"), float("-inf"), float("nan")]
    yield from ["", "text", "µV 神経 \U0001f9e0", "x" * 70_000, b"", b"raw \x00\xff"]
    yield from [[], [1, [2, [3]]], (1, "tuple"), {}, {"nested": {"list": [1, 2.5, None]}, "__proto__": {"a": 1}}]
    for dtype in ["bool", "i1", "u1", "<i2", ">i2", "<u4", "<i8", "<u8", "<f2", "<f4", ">f8", "<c8", "<c16"]:
        yield (random.normal(0, 100, 12).astype("c16") if "c" in dtype else np.abs(random.normal(0, 100, 12))).astype(dtype)
    for dtype in ["bool_", "int8", "uint64", "int64", "float16", "float32", "float64", "complex64"]:
        yield getattr(np, dtype)(1)
    yield from [np.zeros((2, 0, 3)), np.array(3.25), np.arange(24).reshape(2, 3, 4), np.arange(12).reshape(3, 4).T, np.arange(10)[::3]]
    yield from [np.array(["a", "µV 神"]), np.array([b"ab", b"c"]), record]
    yield {"arrays": [np.arange(3), {"deep": np.float32(0.1)}], "values": [1, 1.0, True]}


def attributes():
    return {
        "experiment": "pong",
        "subject": "é µV 神経 \U0001f9e0",
        "numbers": [0, -1, 2**40, 2**62, 0.1, -0.0, 1e300],
        "logic": [True, False, None],
        "nested": {"deep": {"deeper": [{"deepest": 1}]}, "tuple": (1, 2)},
        "lines": "two\nlines\\and a backslash",
        "bytes": b"\x00\xff",
        "scalar": np.float64(0.5),
        "array": np.arange(6.0).reshape(2, 3),
    }


def play(neurons, streams, frames):
    """Reads the simulator's time away, and says something now and then."""
    for _ in range(frames // 250):
        neurons.read(250)
        now = neurons.timestamp()
        for stream in streams:
            stream.append(now, {"x": float(random.normal()), "y": int(random.integers(0, 480)), "hit": bool(random.integers(0, 2))})


def stimulate(neurons):
    design = cl.StimDesign(160, -1.0, 160, 1.0)
    neurons.stim(cl.ChannelSet(8), design)
    neurons.stim(cl.ChannelSet(9, 10, 33), design, cl.BurstDesign(5, 100))


def record_all():
    paths = {}
    with cl.open() as neurons:
        ball = neurons.create_data_stream(name="ball", attributes={"width": 640, "height": 480})
        neurons.read(500)

        everything = neurons.record(file_suffix="everything", file_location=folder, attributes=attributes())
        every = neurons.create_data_stream(name="every kind", attributes=attributes())
        neurons.create_data_stream(name="empty")
        stimulate(neurons)
        for value in kinds():
            neurons.read(10)
            every.append(neurons.timestamp(), value)
        play(neurons, [ball], 2500)
        every.set_attribute("late", {"final": True})
        every.update_attributes({"experiment": "replaced"})
        everything.update_attributes({"late": [1, 2, 3]})
        everything.set_attribute("subject", "another")
        everything.stop()
        paths["everything"] = everything.file["path"]

        several = {
            "from frames ago": {"from_frames_ago": 300},
            "without two data streams": {"exclude_data_streams": ["every kind", "empty"]},
            "without samples": {"include_raw_samples": False},
            "without spikes and stimulations": {"include_spikes": False, "include_stims": False},
            "stopped by itself": {"stop_after_frames": 1000},
        }
        recordings = {name: neurons.record(file_suffix=name.replace(" ", "-"), file_location=folder, **options) for name, options in several.items()}
        stimulate(neurons)
        play(neurons, [ball], 5000)
        for name, recording in recordings.items():
            recording.stop()
            paths[name] = recording.file["path"]

        many = neurons.record(file_suffix="many", file_location=folder, include_raw_samples=False)
        for _ in range(2000):
            neurons.read(1)
            ball.append(neurons.timestamp(), {"x": float(random.normal()), "array": random.normal(size=3)})
        many.stop()
        paths["two thousand entries"] = many.file["path"]
    return paths


answer(record_all())
