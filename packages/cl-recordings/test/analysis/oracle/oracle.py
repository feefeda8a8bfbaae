"""Runs the analyses of the Cortical Labs SDK on spikes that it is given, and on recordings of its simulator.

Usage: oracle.py request.json answer.json (the simulator's own processes write to standard output). The request:
{"cases": [{"name", "ticks", "channels", "durationFrames", "framesPerSecond", "channelCount",
            "calls": [{"method", "arguments", "limit": [from, to] | null}]}],
 "simulated": [{"name", "seconds", "seed", "calls"}],
 "saved": [{"type", "result"}]}
Numbers are written so that they can be read back to the bit; what is not finite is text ("nan").
"""

import contextlib
import io
import json
import math
import os
import sys
import tempfile
import warnings

os.environ["CL_SDK_VISUALISATION"] = "0"
os.environ["CL_SDK_ACCELERATED_TIME"] = "1"
# Some twenty times as many spikes as by default.
os.environ["CL_SDK_SPIKE_PERCENTILE"] = "99.9"

import numpy as np
import tables


def plain(value):
    if isinstance(value, dict):
        return {",".join(map(str, k)) if isinstance(k, tuple) else str(k): plain(v) for k, v in value.items()}
    if isinstance(value, (list, tuple)):
        return [plain(item) for item in value]
    if isinstance(value, np.ndarray):
        return plain(value.tolist())
    if isinstance(value, np.generic):
        return plain(value.item())
    if isinstance(value, float) and not math.isfinite(value):
        return repr(value)
    return value


class Spike(tables.IsDescription):
    timestamp = tables.Int64Col(pos=0)
    channel = tables.UInt8Col(pos=1)
    samples = tables.Float32Col(shape=(75,), pos=2)


def write(path, case):
    frames, rate = case["durationFrames"], case["framesPerSecond"]
    attributes = {
        "application": {},
        "channel_count": case["channelCount"],
        "frames_per_second": rate,
        "sampling_frequency": rate,
        "uV_per_sample_unit": 0.195,
        "start_timestamp": 0,
        "end_timestamp": frames,
        "duration_frames": frames,
        "duration_seconds": frames / rate,
        "file_format": {"version": "SDK", "stim_and_spike_timestamps_relative_to_start": True},
    }
    with tables.open_file(path, "w") as file:
        for name, value in attributes.items():
            file.root._v_attrs[name] = value
        table = file.create_table("/", "spikes", Spike)
        rows = np.zeros(len(case["ticks"]), dtype=table.dtype)
        rows["timestamp"] = case["ticks"]
        rows["channel"] = case["channels"]
        table.append(rows)
        table.flush()


def run(recording, calls):
    results = []
    for call in calls:
        try:
            recording.analysis_timestamp_limit(*(call.get("limit") or (None, None)))
            np.random.seed(0)
            result = getattr(recording, call["method"])(**call["arguments"])
            results.append({"result": plain(result.model_dump())})
        except Exception as error:
            results.append({"error": type(error).__name__ + ": " + str(error)})
        finally:
            recording.analysis_timestamp_limit(None, None)
    return results


def simulate(folder, case):
    import cl

    os.environ["CL_SDK_RANDOM_SEED"] = str(case["seed"])
    with cl.open() as neurons:
        started = neurons.record(file_location=folder, stop_after_seconds=case["seconds"])
        started.wait_until_stopped()
        return started.file["path"]


def main():
    with open(sys.argv[1]) as file:
        request = json.load(file)
    answer = {"cases": {}, "simulated": {}, "saved": []}
    warnings.simplefilter("ignore")
    with tempfile.TemporaryDirectory() as folder, contextlib.redirect_stdout(io.StringIO()):
        from cl import RecordingView, analysis

        for case in request["cases"]:
            path = os.path.join(folder, "case.h5")
            write(path, case)
            with RecordingView(path) as recording:
                answer["cases"][case["name"]] = run(recording, case["calls"])
        for case in request["simulated"]:
            # Recordings stay in the working folder, for others to read.
            path = os.path.abspath(simulate(".", case))
            with RecordingView(path) as recording:
                spikes = recording.spikes[:]
                answer["simulated"][case["name"]] = {
                    "path": path,
                    "ticks": spikes["timestamp"].tolist(),
                    "channels": spikes["channel"].tolist(),
                    "results": run(recording, case["calls"]),
                }
        for saved in request["saved"]:
            path = os.path.join(folder, "saved.json")
            with open(path, "w") as file:
                json.dump(saved["result"], file)
            loaded = getattr(analysis, saved["type"]).from_file(path)
            answer["saved"].append(plain(loaded.model_dump()))
    with open(sys.argv[2], "w") as file:
        json.dump(answer, file, allow_nan=False)


if __name__ == "__main__":
    main()
