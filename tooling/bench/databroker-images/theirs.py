import h5py


def images(path, size):
    total = 0
    with h5py.File(path, "r") as file:
        frames = file["entry/data/data"]
        for index in range(size):
            total += int(frames[index].diagonal().sum(dtype="i8"))
    return total
