"""What databroker 1.2.5 answers about a folder of runs."""

import hashlib

import numpy as np
from area_detector_handlers.handlers import AreaDetectorHDF5Handler, AreaDetectorTiffHandler
from databroker._drivers.jsonl import BlueskyJSONLCatalog
from databroker._drivers.msgpack import BlueskyMsgpackCatalog
from exact import plain
from ophyd.sim import NumpySeqHandler

kinds = {"msgpack": (BlueskyMsgpackCatalog, "*.msgpack"), "jsonl": (BlueskyJSONLCatalog, "*.jsonl")}
handlers = {"NPY_SEQ": NumpySeqHandler, "AD_TIFF": AreaDetectorTiffHandler, "AD_HDF5": AreaDetectorHDF5Handler}


def open_broker(kind, folder, files):
    driver, pattern = kinds[kind]
    return driver(f"{folder}/{pattern}", handler_registry=handlers, root_map={"/beamline/data": files}).v1


def cell(value):
    if isinstance(value, np.ndarray):
        return cell(value.tolist())
    if isinstance(value, (list, tuple)):
        return [cell(item) for item in value]
    if isinstance(value, dict):
        return {"map": sorted([[key, cell(item)] for key, item in value.items()])}
    return plain(value)


def asked(question):
    try:
        return {"answer": question()}
    except Exception as error:
        return {"error": type(error).__name__}


def table(header, stream, **options):
    frame = header.table(stream, **options).sort_index()
    columns = {}
    for name in frame.columns:
        if name == "time":
            columns[name] = [str(value) for value in frame["time"].astype("int64")]
        else:
            columns[name] = [cell(value) for value in frame[name]]
    return {"seq_num": [int(value) for value in frame.index], "names": list(frame.columns), "columns": columns}


def digest(array):
    array = np.asarray(array)
    return [list(array.shape), array.dtype.newbyteorder("<").str.replace("<u1", "|u1"), hashlib.sha256(np.ascontiguousarray(array.astype(array.dtype.newbyteorder("<"))).tobytes()).hexdigest()]


def run(header, external):
    streams = sorted(header.stream_names)
    answer = {
        "start": cell(dict(header.start)),
        "stop": cell(dict(header.stop)),
        "streams": streams,
        "fields": sorted(header.fields()),
        "devices": sorted(header.devices()),
        "tables": {stream: table(header, stream) for stream in streams},
        "configuration": {
            device: {stream: cell([dict(data) for data in found]) for stream, found in header.config_data(device).items()} for device in sorted(header.devices())
        },
        "events": {},
        "images": {},
    }
    for stream in streams:
        answer["events"][stream] = sorted(
            [[int(event["seq_num"]), event["uid"], plain(event["time"]), cell(dict(event["data"])), cell(dict(event["timestamps"]))] for event in header.events(stream_name=stream, fill=False)]
        )
    for name in external:
        if name in answer["fields"]:
            answer["images"][name] = [digest(value) for value in header.data(name, fill=True)]
    return answer


def answers(kind, folder, files, external=("img", "cam")):
    db = open_broker(kind, folder, files)
    uids = [header.start["uid"] for header in db()]
    times = {header.start["uid"]: header.start["time"] for header in db()}
    keys = [-1, -2, -len(uids), -len(uids) - 1, 1, 2, 4, 999, uids[0], uids[0][:8], "zzz", ""]
    found = {str(key): asked(lambda key=key: db[key].start["uid"]) for key in keys if key != ""}
    searches = [
        {"plan_name": "scan"},
        {"user": "Dan"},
        {"user": {"$in": ["Ada", "Images"]}},
        {"detectors": "det"},
        {"sample.name": "NaCl"},
        {"$or": [{"user": "Ada"}, {"purpose": {"$exists": True}}]},
        {"num_points": {"$gte": 5}},
        {"operator": "Ünïcode ☃ 神経"},
        {"tags": "b"},
    ]
    return {
        "order": sorted(uids, key=lambda uid: (times[uid], uid), reverse=True),
        "lookups": found,
        "searches": [[search, sorted(header.start["uid"] for header in db(**search))] for search in searches],
        "runs": {uid: run(db[uid], external) for uid in uids},
    }
