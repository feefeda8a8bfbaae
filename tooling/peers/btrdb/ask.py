"""What the genuine client gets from a server when it carries out a plan. Whole numbers are texts."""

import json
import sys
import uuid
import warnings

warnings.filterwarnings("ignore")

import btrdb  # noqa: E402
import pyarrow as pa  # noqa: E402
from exact import answer  # noqa: E402


def points(found):
    return [[str(point.time), point.value] for point, _ in found]


def windows(found):
    return [[str(p.time), p.min, p.mean, p.max, p.count, p.stddev] for p, _ in found]


def rows(table):
    columns = [column.cast(pa.int64()).to_pylist() if pa.types.is_timestamp(column.type) else column.to_pylist() for column in table.columns]
    return [[str(row[0]), *row[1:]] for row in zip(*columns)]


def nearest(found):
    return None if found is None else [str(found[0].time), found[0].value]


def insert(stream, batch, merge, by_arrow):
    data = [(int(time), value) for time, value in batch]
    if not by_arrow:
        return stream.insert(data, merge=merge)
    schema = pa.schema([pa.field("time", pa.timestamp("ns", tz="UTC"), nullable=False), pa.field("value", pa.float64(), nullable=False)])
    times, values = ([point[k] for point in data] for k in (0, 1))
    return stream.arrow_insert(pa.table([pa.array(times, pa.timestamp("ns", tz="UTC")), pa.array(values, pa.float64())], schema=schema), merge=merge)


def failing(act):
    try:
        act()
    except Exception as error:  # noqa: BLE001
        return type(error).__name__
    return None


def ask(stream, question):
    start, end, width, pointwidth, time = (int(question[key]) for key in ("start", "end", "width", "pointwidth", "time"))
    version = int(question["version"])
    of = {"version": version}
    found = {
        "values": points(stream.values(start, end, **of)),
        "windows": [row for row in windows(stream.windows(start, end, width, **of)) if row[4] > 0],
        "aligned": windows(stream.aligned_windows(start, end, pointwidth, **of)),
        "forward": nearest(stream.nearest(time, **of)),
        "backward": nearest(stream.nearest(time, backward=True, **of)),
        "count": stream.count(start, end, precise=True, **of),
    }
    if question["arrow"]:
        found |= {
            "arrow values": rows(stream.arrow_values(start, end, **of)),
            "arrow windows": [row for row in rows(stream.arrow_windows(start, end, width, **of)) if row[4] > 0],
            "arrow aligned": rows(stream.arrow_aligned_windows(start, end, pointwidth, **of)),
        }
    return found


def carry_out(connection, plan):
    streams = []
    result = {"versions": [], "answers": []}
    for entry in plan["streams"]:
        stream = connection.create(uuid.UUID(entry["uuid"]), entry["collection"], tags=entry["tags"], annotations=entry["annotations"])
        streams.append(stream)
        versions = []
        for step in entry["steps"]:
            if "points" in step:
                insert(stream, step["points"], step["merge"], step["arrow"])
                stream.flush()
            else:
                stream.delete(int(step["start"]), int(step["end"]))
            versions.append(str(stream.version()))
        result["versions"].append(versions)
        result["answers"].append([ask(stream, question) for question in entry["questions"]])

    prefix = plan["prefix"]
    first = streams[0]
    result["metadata"] = {
        "collections": connection.list_collections(prefix),
        "names": sorted(connection.list_unique_names(prefix)),
        "units": sorted(connection.list_unique_units(prefix)),
        "annotations": sorted(connection.list_unique_annotations(prefix)),
        "usage": [dict(part) for part in connection.collection_metadata(prefix)],
        "found": sorted(str(s.uuid) for s in connection.streams_in_collection(prefix, tags={"unit": "V"})),
        "by name": [str(s.uuid) for s in connection.streams(plan["byName"])],
        "sql": connection.query("select uuid, name from streams where collection like $1 and unit = $2 order by name", [prefix + "%", "V"]),
        "count": connection.query("select count(uuid) from streams where collection like $1", [prefix + "%"]),
    }
    first.update(tags={"unit": "kV"})
    first.update(annotations={"site": "north", "limits": {"low": 1}})
    fresh = connection.stream_from_uuid(first.uuid)
    result["updated"] = {"tags": fresh.tags(), "annotations": list(fresh.annotations()), "exists": fresh.exists()}

    start, end = (int(plan["joined"][key]) for key in ("start", "end"))
    joined = connection.streams(*[str(s.uuid) for s in streams[:2]]).filter(start=start, end=end)
    frame = joined.to_dataframe()
    result["joined"] = {"frame": [[str(time), *[None if v != v else v for v in row]] for time, row in zip(frame.index, frame.values.tolist())]}
    if plan["arrow"]:
        result["joined"]["arrow"] = [[row[0], *[None if v != v else v for v in row[1:]]] for row in rows(joined.arrow_values())]

    missing = connection.stream_from_uuid(uuid.uuid4())
    result["errors"] = {
        "a stream that there is": failing(lambda: connection.create(first.uuid, prefix, tags={"name": "x"})),
        "a stream that there is not": failing(missing.tags),
        "a range that ends first": failing(lambda: first.windows(5, 1, 2)),
        "a point width of 64": failing(lambda: first.aligned_windows(0, 9, 64)),
        "not a number": failing(lambda: first.insert([(1, float("nan"))])),
        "a time out of bounds": failing(lambda: first.insert([(-(17 << 56), 1.0)])),
        "a version to come": failing(lambda: first.values(0, 10, version=99)),
        "no SELECT": failing(lambda: connection.query("drop table streams")),
        "no collection": failing(lambda: connection.create(uuid.uuid4(), "", tags={"name": "x"})),
        "an unknown tag": failing(lambda: connection.create(uuid.uuid4(), prefix, tags={"colour": "x"})),
    }
    first.obliterate()
    result["errors"]["an obliterated stream"] = failing(lambda: connection.stream_from_uuid(first.uuid).tags())
    result["errors"]["its uuid again"] = failing(lambda: connection.create(first.uuid, prefix, tags={"name": "y"}))
    return result


endpoint, key, file = sys.argv[1:4]
with open(file, encoding="utf-8") as text:
    plan = json.load(text)
answer({"refused": failing(lambda: btrdb.connect(endpoint, apikey="wrong")), **carry_out(btrdb.connect(endpoint, apikey=key), plan)})
