"""Messages such as applications publish them."""

import msgpack
import msgpack_numpy
import numpy as np


def small_dicts(count):
    """What an application publishes many times a second: a few numbers, now and then a small array."""
    random = np.random.default_rng(2)
    for k in range(count):
        value = {"x": float(random.normal()), "y": int(random.integers(0, 480)), "hit": bool(k % 7 == 0), "name": "ball"}
        if k % 10 == 0:
            value["spikes"] = random.integers(0, 9, 8).astype("i4")
        yield msgpack.packb(value, default=msgpack_numpy.encode, use_bin_type=True)
