"""Makes runs, writes them by TiledWriter and their documents as lines of JSON."""

import json
import os
import sys
import time

from bluesky_tiled_plugins import TiledWriter
from event_model import NumpyEncoder
from exact import answer
from tiled.client import from_uri

sys.path.insert(0, os.path.join(os.path.dirname(__file__), "..", "databroker"))
from runs import run_all  # noqa: E402

url, key, folder = sys.argv[1:4]
files = os.path.join(folder, "files")
lines = os.path.join(folder, "jsonl")
for path in [files, lines]:
    os.makedirs(path, exist_ok=True)
client = from_uri(url, api_key=key)
refused = []
state = {}


def here(text):
    return text.replace("/beamline/data", files)


def record(name, doc):
    text = json.dumps([name, doc], cls=NumpyEncoder)
    if name == "start":
        state.update(uid=doc["uid"], writer=TiledWriter(client, batch_size=1), file=open(os.path.join(lines, doc["uid"] + ".jsonl"), "w"))
    state["file"].write(text + "\n")
    try:
        state["writer"](name, json.loads(here(text))[1])
    except Exception as error:
        refused.append([state["uid"], name, f"{type(error).__name__}: {error}"[:200]])
    if name == "stop":
        state["file"].close()


if len(sys.argv) > 4:
    # One run, slowly, to be followed.
    from event_model import compose_run

    run = compose_run(metadata={"plan_name": "slow", "user": "Live"})
    record("start", run.start_doc)
    stream = run.compose_descriptor(name="primary", data_keys={"x": {"dtype": "number", "shape": [], "source": "X", "object_name": "x"}}, object_keys={"x": ["x"]})
    record("descriptor", stream.descriptor_doc)
    for point in range(int(sys.argv[4])):
        time.sleep(0.05)
        record("event", stream.compose_event(data={"x": point / 4}, timestamps={"x": time.time()}))
    record("stop", run.compose_stop())
else:
    run_all(record, files)
answer({"refused": refused})
