"""Asks a device by the genuine client all that the suite asks by ours."""

import base64
import hashlib
import json
import sys
import warnings

warnings.simplefilter("ignore")

from drift_client import DriftClient  # noqa: E402
from exact import answer, number  # noqa: E402


def payload(package):
    try:
        raw = package.as_raw()
    except ValueError:
        return None
    return None if raw is None else hashlib.sha256(raw).hexdigest()


def described(package):
    return {
        "id": str(package.package_id),
        "source": round(package.source_timestamp * 1000),
        "publish": round(package.publish_timestamp * 1000),
        "status": package.status_code,
        "labels": package.labels,
        "payload": payload(package),
    }


def values(package, scales):
    composed = {}
    for scale in scales:
        array = package.as_np(scale_factor=scale)
        composed[str(scale)] = {"shape": list(array.shape), "data": base64.b64encode(array.astype("<f4").tobytes()).decode()}
    return composed


def typed(package):
    return {name: value if value is None or isinstance(value, (bool, str)) else number(value) for name, value in package.as_typed_data().items()}


def metrics(rows):
    rows = sorted(rows, key=lambda row: row["time"])
    return [{"time": round(row.pop("time") * 1000), **{name: plain(value) for name, value in sorted(row.items())}} for row in rows]


def plain(value):
    return value if isinstance(value, (bool, str)) else number(value)


def main():
    with open(sys.argv[1], encoding="utf-8") as file:
        asked = json.load(file)
    client = DriftClient("127.0.0.1", asked["password"], **asked["ports"])
    start, stop = asked["start"], asked["stop"]
    found = {"topics": sorted(client.get_topics()), "names": {}, "walked": {}, "metrics": {}, "values": {}, "typed": {}}
    for topic in asked["topics"]:
        found["names"][topic] = client.get_package_names(topic, start, stop)
        found["walked"][topic] = [described(package) for package in client.walk(topic, start, stop)]
        found["metrics"][topic] = metrics(client.get_metrics(topic, start, stop))
    for name, scales in asked["values"].items():
        found["values"][name] = values(client.get_item(name), scales)
    for name in asked["typed"]:
        found["typed"][name] = typed(client.get_item(name))
    answer(found)


main()
