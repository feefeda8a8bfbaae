"""A folder: `run/` and `jsonl/` with one run of `size` events of ten columns, `list/` with a fiftieth as many small runs."""

import os
import sys
import uuid

import numpy as np
from event_model import compose_run
from suitcase.jsonl import Serializer as Jsonl
from suitcase.msgpack import Serializer as Msgpack

out, size = sys.argv[1], int(sys.argv[2])
names = [f"column{k}" for k in range(10)]
random = np.random.default_rng(7)


def write(folder, kind, points, start):
    os.makedirs(folder, exist_ok=True)
    with kind(folder) as serializer:
        run = compose_run(metadata={"plan_name": "scan", "scan_id": start}, time=1.7e9 + start)
        serializer("start", run.start_doc)
        keys = {name: {"dtype": "number", "shape": [], "source": "SIM"} for name in names}
        stream = run.compose_descriptor(name="primary", data_keys=keys, time=1.7e9 + start)
        serializer("descriptor", stream.descriptor_doc)
        for point in range(points):
            time = 1.7e9 + start + point / 10
            data = dict(zip(names, random.normal(size=10).tolist()))
            event = stream.compose_event(
                data=data, timestamps={name: time for name in names}, seq_num=point + 1, time=time, uid=str(uuid.UUID(int=point)), validate=False
            )
            serializer("event", event)
        serializer("stop", run.compose_stop(time=1.7e9 + start + points))


write(os.path.join(out, "run"), Msgpack, size, 1)
random = np.random.default_rng(7)
write(os.path.join(out, "jsonl"), Jsonl, size, 1)
for k in range(size // 50):
    write(os.path.join(out, "list"), Msgpack, 10, k)
