"""Runs of Bluesky's RunEngine with ophyd's simulated devices, written by the suitcases."""

import os

import bluesky.plan_stubs as bps
import bluesky.plans as bp
import bluesky.preprocessors as bpp
import h5py
import numpy as np
import tifffile
from bluesky import RunEngine
from event_model import compose_run
from ophyd.sim import SynSignal, SynSignalWithRegistry, det, det1, det2, det4, motor, motor1, motor2


def write_all(folder):
    """Every run into `folder`/msgpack and `folder`/jsonl, files of images into `folder`/files."""
    from suitcase.jsonl import Serializer as Jsonl
    from suitcase.msgpack import Serializer as Msgpack

    targets = [(Msgpack, os.path.join(folder, "msgpack")), (Jsonl, os.path.join(folder, "jsonl"))]
    files = os.path.join(folder, "files")
    for path in [files, *(path for _, path in targets)]:
        os.makedirs(path, exist_ok=True)
    open_serializers = {}

    def record(name, doc):
        if name == "start":
            open_serializers["now"] = [kind(path) for kind, path in targets]
        for serializer in open_serializers["now"]:
            serializer(name, doc)
        if name == "stop":
            for serializer in open_serializers.pop("now"):
                serializer.close()

    run_all(record, files)


def run_all(record, files):
    """Every run, its documents handed to `record`."""
    engine = RunEngine({"beamline": "sim", "operator": "Ünïcode ☃ 神経"})
    engine.subscribe(record)
    engine(bp.scan([det], motor, -10, 10, 15), user="Ada", purpose="align")
    engine(bp.count([det], num=5), user="Dan")
    engine(bp.grid_scan([det4], motor1, -1, 1, 3, motor2, -2, 2, 4, True), user="Ada", sample={"name": "NaCl", "id": 7})
    engine(bp.scan([det1, det2], motor1, -1, 1, 3), user="Dan", tags=["a", "b"])
    engine(bp.count([odd for odd in oddities()], num=2), user="Typed", big=2**53 + 1, small=0.1)
    image = SynSignalWithRegistry(func=lambda: np.arange(80, dtype="<u2").reshape(8, 10) * 3, name="img", save_path=files)
    engine(bp.count([image], num=3), user="Images")
    engine(two_descriptors(), user="Reconfigured")
    engine(two_streams(), user="Streams")
    engine(nothing(), user="Empty")
    try:
        engine(fails(), user="Failing")
    except RuntimeError:
        pass
    for spec, kwargs, path in detectors(files):
        for name, doc in area_detector(spec, kwargs, path, files):
            record(name, doc)


def oddities():
    values = {
        "an_int": 7,
        "a_text": "héllo ☃",
        "an_array": np.arange(6).reshape(2, 3) / 4,
        "a_bool": True,
        "a_nan": float("nan"),
        "an_inf": float("-inf"),
        "a_big": 2**53 + 1,
        "np_int": np.int64(-5),
        "np_float": np.float32(0.1),
        "np_small": np.uint8(200),
        "a_list": [1, 2, 3],
    }
    return [SynSignal(func=lambda value=value: value, name=name) for name, value in values.items()]


def two_descriptors():
    gain = SynSignal(func=lambda: 1, name="gain")

    @bpp.stage_decorator([det])
    @bpp.run_decorator(md={"plan_name": "reconfigured"})
    def inner():
        for point in range(2):
            yield from bps.trigger_and_read([det, gain])
        yield from bps.configure(det, {})
        for point in range(3):
            yield from bps.trigger_and_read([det, gain])

    return inner()


def two_streams():
    @bpp.run_decorator(md={"plan_name": "two_streams"})
    def inner():
        yield from bps.trigger_and_read([det], name="baseline")
        for point in range(4):
            yield from bps.mov(motor, point)
            yield from bps.trigger_and_read([det, motor])
        yield from bps.trigger_and_read([det], name="baseline")

    return inner()


def nothing():
    yield from bps.open_run(md={"plan_name": "nothing"})
    yield from bps.close_run()


def fails():
    @bpp.run_decorator(md={"plan_name": "fails"})
    def inner():
        yield from bps.trigger_and_read([det])
        raise RuntimeError("boom ☃")

    return inner()


def detectors(files):
    frames = np.arange(6 * 5 * 7, dtype="<u2").reshape(6, 5, 7) * 3
    for index, frame in enumerate(frames):
        tifffile.imwrite(os.path.join(files, f"frame_{index:06d}.tiff"), frame)
    with h5py.File(os.path.join(files, "frames.h5"), "w") as file:
        file.create_dataset("entry/data/data", data=frames, chunks=(1, 5, 7), compression="gzip")
    yield "AD_TIFF", {"template": "%s%s_%6.6d.tiff", "filename": "frame", "frame_per_point": 2}, ""
    yield "AD_HDF5", {"frame_per_point": 2}, "frames.h5"


def area_detector(spec, kwargs, path, files):
    run = compose_run(metadata={"plan_name": "count", "user": spec, "scan_id": 100})
    yield "start", run.start_doc
    keys = {
        "cam": {"dtype": "array", "shape": [2, 5, 7], "source": "PV:CAM", "external": "FILESTORE:", "object_name": "cam"},
        "x": {"dtype": "number", "shape": [], "source": "PV:X", "object_name": "x"},
    }
    stream = run.compose_descriptor(name="primary", data_keys=keys, object_keys={"cam": ["cam"], "x": ["x"]})
    yield "descriptor", stream.descriptor_doc
    # The folder of this machine stands in no document: the reader is told where it is.
    resource = run.compose_resource(spec=spec, root="/beamline/data", resource_path=path, resource_kwargs=kwargs)
    yield "resource", resource.resource_doc
    for point in range(3):
        datum = resource.compose_datum(datum_kwargs={"point_number": point})
        yield "datum", datum
        time = 1_700_000_000.123456 + point
        yield "event", stream.compose_event(
            data={"cam": datum["datum_id"], "x": point / 4}, timestamps={"cam": time, "x": time}, filled={"cam": False}, time=time
        )
    yield "stop", run.compose_stop()
