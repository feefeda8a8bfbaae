import os

import numpy as np
import tables

block = (np.arange(500 * 64) % 4096).astype("i2").reshape(500, 64)


def write(path, size):
    target = f"{path}.peer.h5"
    try:
        with tables.open_file(target, "w") as file:
            samples = file.create_earray("/", "samples", atom=tables.Int16Atom(), shape=(0, 64), chunkshape=(256, 64))
            for _ in range(size):
                for _ in range(50):
                    samples.append(block)
                file.flush()
            return int(samples.nrows)
    finally:
        os.remove(target)
