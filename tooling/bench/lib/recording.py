"""Files in the layout of a CL1 recording, of any size: a layout that the SDK's RecordingView and our reader both take for one."""

import numpy as np
import tables

frames_per_second = 25_000
channels = 64


class Spike(tables.IsDescription):
    timestamp = tables.Int64Col(pos=0)
    channel = tables.UInt8Col(pos=1)
    samples = tables.Float32Col(shape=(75,), pos=2)


class Stim(tables.IsDescription):
    timestamp = tables.Int64Col(pos=0)
    channel = tables.UInt8Col(pos=1)


class Entry(tables.IsDescription):
    timestamp = tables.Int64Col(pos=0)
    start_index = tables.UInt64Col(pos=1)
    end_index = tables.UInt64Col(pos=2)


def make(path, seconds, with_samples=False, spikes=0, entries=()):
    random = np.random.default_rng(1)
    frames = int(seconds * frames_per_second)
    with tables.open_file(path, "w") as file:
        described = {
            "application": {"experiment": "bench", "parameters": {"rate": 0.1, "steps": [1, 2, 3]}},
            "file_format": {"version": "SDK", "stim_and_spike_timestamps_relative_to_start": True},
            **{name: "bench" for name in ["hostname", "project_id", "cell_batch_id"]},
            **{f"{name}_{zone}": "2024-12-19T15:20:34.893000+00:00" for name in ["created", "ended"] for zone in ["localtime", "utc"]},
            **{f"git_{name}": "" for name in ["hash", "branch", "tags", "status"]},
            **{"channel_count": channels, "sampling_frequency": frames_per_second, "frames_per_second": frames_per_second},
            **{"uV_per_sample_unit": 0.195, "start_timestamp": 0, "end_timestamp": frames},
            **{"duration_frames": frames, "duration_seconds": float(seconds)},
        }
        for name, value in described.items():
            file.root._v_attrs[name] = value
        if with_samples:
            samples = file.create_earray("/", "samples", atom=tables.Int16Atom(), shape=(0, channels), chunkshape=(256, channels))
            for second in range(int(seconds)):
                samples.append(random.normal(0, 60, (frames_per_second, channels)).astype("i2") + np.int16(second))
        table = file.create_table("/", "spikes", Spike, expectedrows=10_000_000)
        for start in range(0, spikes, 50_000):
            rows = np.zeros(min(50_000, spikes - start), table.dtype)
            rows["timestamp"] = np.arange(start, start + len(rows)) * frames // spikes
            rows["channel"] = random.integers(0, channels, len(rows))
            rows["samples"] = random.normal(0, 20, (len(rows), 75))
            table.append(rows)
        file.create_table("/", "stims", Stim, expectedrows=10_000_000)
        file.create_group("/", "data_stream")
        if len(entries) > 0:
            group = file.create_group("/data_stream", "ball")
            group._v_attrs["name"] = "ball"
            group._v_attrs["application"] = {"width": 640}
            index = file.create_table(group, "index", Entry)
            data = file.create_earray(group, "data", atom=tables.UInt8Atom(), shape=(0,), chunkshape=(32_768,))
            ends = np.cumsum([len(entry) for entry in entries])
            rows = np.zeros(len(entries), index.dtype)
            rows["timestamp"] = np.arange(len(entries)) * frames // len(entries)
            rows["start_index"] = ends - [len(entry) for entry in entries]
            rows["end_index"] = ends
            index.append(rows)
            data.append(np.frombuffer(b"".join(entries), "u1"))
