import os

from drift_client.drift_data_package import DriftDataPackage


def packages(path):
    folder = os.path.join(path, "acc-5")
    for name in sorted(os.listdir(folder)):
        with open(os.path.join(folder, name), "rb") as file:
            yield DriftDataPackage(file.read())


def walk(path, size):
    return sum(package.package_id % 100_000 + package.status_code for package in packages(path))


def values(path, size):
    return sum(len(package.as_np(scale_factor=3)) for package in packages(path))
