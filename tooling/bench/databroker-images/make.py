import sys

import h5py
import numpy as np

path = sys.argv[1]
size = int(sys.argv[2])
frame = np.arange(1024 * 1024, dtype="<u4").reshape(1024, 1024)
with h5py.File(path, "w") as file:
    data = file.create_dataset("entry/data/data", shape=(size, 1024, 1024), chunks=(1, 1024, 1024), dtype="<u2")
    for index in range(size):
        data[index] = (frame * 37 + index) % 65521
