import json
import sys
import warnings

warnings.filterwarnings("ignore")

from drift_client import DriftClient  # noqa: E402

# theirs.py <script> <job> <file> <size>: our side has started the servers, which are the same for both.
with open(f"{sys.argv[3]}.servers", encoding="utf-8") as line:
    found = json.load(line)
ports = found["ports"]


def walk(**storage):
    client = DriftClient("127.0.0.1", found["password"], influx_port=ports["influx"], **storage)
    packages = client.walk(found["topic"], float(found["start"]), float(found["stop"]))
    return sum(package.package_id % 100_000 + package.status_code for package in packages)


def s3(path, size):
    # Nobody listens at port 1: the client turns to MinIO.
    return walk(reduct_storage_port=1, minio_port=ports["minio"])


def reduct(path, size):
    return walk(reduct_storage_port=ports["reductStore"])
