"""The peer's side of a bench, in a process of its own: theirs.py <script> <job> <file> <size>."""

import importlib.util
import json
import os
import re
import sys
import time

script, job, file, size = sys.argv[1:]
# Libraries print; answers go where standard output went.
answers = os.fdopen(os.dup(1), "w")
os.dup2(2, 1)


def say(value):
    print(json.dumps(value), file=answers, flush=True)


def peak():
    """As in ours.mjs."""
    try:
        with open("/proc/self/status") as status:
            found = re.search(r"VmHWM:\s+(\d+)", status.read())
        if found:
            return int(found[1]) * 1024
    except OSError:
        pass
    import resource

    most = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return most if sys.platform == "darwin" else most * 1024


spec = importlib.util.spec_from_file_location("theirs", script)
module = importlib.util.module_from_spec(spec)
spec.loader.exec_module(module)
work = getattr(module, job)
base = peak()
say("ready")
for line in sys.stdin:
    if line.strip() == "end":
        say({"base": base, "peak": peak()})
        break
    used = time.process_time()
    start = time.perf_counter()
    value = work(file, int(size))
    milliseconds = (time.perf_counter() - start) * 1000
    say({"milliseconds": milliseconds, "processor": (time.process_time() - used) * 1000, "value": value})
