import os

import msgpack
import msgpack_numpy
import numpy as np
import tables
from recording import Entry


def value_at(k):
    value = {"x": k / 7, "y": k % 480, "hit": k % 7 == 0, "name": "ball"}
    if k % 10 == 0:
        value["spikes"] = np.array([0, 1, 2, 3, 4, 5, 6, k % 9], "i4")
    return value


def write(path, size):
    target = f"{path}.peer.h5"
    try:
        with tables.open_file(target, "w") as file:
            group = file.create_group("/data_stream", "ball", createparents=True)
            group._v_attrs["name"] = "ball"
            group._v_attrs["application"] = {"width": 640}
            index = file.create_table(group, "index", Entry)
            data = file.create_earray(group, "data", atom=tables.UInt8Atom(), shape=(0,), chunkshape=(32_768,))
            row = index.row
            end = 0
            for k in range(size):
                packed = msgpack.packb(value_at(k), default=msgpack_numpy.encode, use_bin_type=True)
                data.append(np.frombuffer(packed, "u1"))
                row["timestamp"] = k
                row["start_index"] = end
                end += len(packed)
                row["end_index"] = end
                row.append()
                if k % 100 == 99:
                    index.flush()
                    data.flush()
            index.flush()
            return [int(index.nrows), int(index[-1]["timestamp"])]
    finally:
        os.remove(target)
