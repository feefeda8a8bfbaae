import os

from databroker._drivers.jsonl import BlueskyJSONLCatalog
from databroker._drivers.msgpack import BlueskyMsgpackCatalog


def summary(table):
    columns = [name for name in table.columns if name != "time"]
    return [len(table), [[float(table[name].iloc[0]), float(table[name].iloc[-1])] for name in columns]]


def msgpack(path):
    return BlueskyMsgpackCatalog(os.path.join(path, "run", "*.msgpack")).v1


def jsonl(path):
    return BlueskyJSONLCatalog(os.path.join(path, "jsonl", "*.jsonl")).v1


def tableMsgpack(path, size):
    db = msgpack(path)
    return summary(db.get_table(db[-1]))


def tableJsonl(path, size):
    db = jsonl(path)
    return summary(db.get_table(db[-1]))


def columnMsgpack(path, size):
    db = msgpack(path)
    return summary(db.get_table(db[-1], fields=["column3"]))


def columnJsonl(path, size):
    db = jsonl(path)
    return summary(db.get_table(db[-1], fields=["column3"]))


def listing(path, size):
    catalog = BlueskyMsgpackCatalog(os.path.join(path, "list", "*.msgpack"))
    success = 0
    scans = 0
    for uid in list(catalog):
        metadata = catalog[uid].metadata
        success += metadata["stop"]["exit_status"] == "success"
        scans += metadata["start"]["plan_name"] == "scan"
    return [success, scans]


def events(path, size):
    db = msgpack(path)
    count = 0
    total = 0
    for event in db.get_events(db[-1]):
        count += 1
        total += event["seq_num"]
    return [count, total]
