"""What the genuine client gets from a server when it carries out a plan. Times and versions are texts."""

import csv
import io
import json
import sys
import uuid
import warnings

warnings.filterwarnings("ignore")

import btrdb  # noqa: E402
import pandas as pd  # noqa: E402
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


class Query:
    """What the endpoint's generateCSV takes: aligned windows, windows, points."""

    def __init__(self, number):
        self.number = number

    def to_proto(self):
        return self.number


def cells(row):
    return [None if pd.isna(cell) else cell for cell in row]


def time_text(time):
    return str(time.value if isinstance(time, pd.Timestamp) else int(time))


def frame(found):
    """Names of columns, then rows; three levels of names are one."""
    names = ["/".join(name) if isinstance(name, tuple) else name for name in found.columns]
    return [names, *[[time_text(time), *cells(row)] for time, row in zip(found.index, found.astype(object).values.tolist())]]


def filled(found):
    """Rows of five statistics a stream, without the windows that hold no points."""
    names, *lines = frame(found)
    kept = []
    for time, *row in lines:
        groups = [row[k : k + 5] for k in range(0, len(row), 5)]
        groups = [group if group[3] else [None] * 5 for group in groups]
        if any(group[3] for group in groups):
            kept.append([time, *[cell for group in groups for cell in group]])
    return [names, *kept]


def failing(act):
    try:
        act()
    except Exception as error:  # noqa: BLE001
        return type(error).__name__
    return None


def printed(stream, kind, question, width, depth):
    """Rows of the server's own CSV."""
    streams = (int(question["version"]), stream.name, stream.uuid)
    rows = stream._btrdb.ep.generateCSV(Query(kind), int(question["start"]), int(question["end"]), width, depth, True, streams)
    return [list(row) for row in rows]


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
        "changes": [
            [str(part.start), str(part.end)]
            for ranges, _ in stream._btrdb.ep.changes(stream.uuid, int(question["from"]), version, int(question["resolution"]))
            for part in ranges
        ],
        "csv": printed(stream, 2, question, 0, 0),
        "csv of windows": printed(stream, 1, question, width, 0),
        "csv of aligned windows": printed(stream, 0, question, 0, pointwidth),
    }
    if question["arrow"]:
        found |= {
            "arrow values": rows(stream.arrow_values(start, end, **of)),
            "arrow windows": [row for row in rows(stream.arrow_windows(start, end, width, **of)) if row[4] > 0],
            "arrow aligned": rows(stream.arrow_aligned_windows(start, end, pointwidth, **of)),
        }
    return found


def ends(stream):
    return {"earliest": nearest(stream.earliest()), "latest": nearest(stream.latest()), "current": nearest(stream.current())}


def sets(connection, streams, plan):
    start, end, width, pointwidth = (int(plan["sets"][key]) for key in ("start", "end", "width", "pointwidth"))
    two = connection.streams(*[str(stream.uuid) for stream in streams[:2]])

    def inside():
        return two.filter(start=start, end=end)

    def aligned():
        return inside().aligned_windows(pointwidth)

    def to_csv(streamset, **options):
        written = io.StringIO(newline="")
        streamset.to_csv(written, dialect="unix", **options)
        return list(csv.reader(io.StringIO(written.getvalue())))

    found = {
        "values": [[[str(point.time), point.value] for point in series] for series in inside().values()],
        "rows": [[None if point is None else [str(point.time), point.value] for point in row] for row in inside().rows()],
        "dict": [{key: str(cell) if key == "time" else cell for key, cell in row.items()} for row in inside().to_dict()],
        "frame": frame(inside().to_dataframe()),
        "series": [[series.name, *[[time_text(time), value] for time, value in series.items()]] for series in inside().to_series()],
        "csv": to_csv(inside()),
        "csv of aligned means": to_csv(aligned()),
        "frame of aligned means": frame(aligned().to_dataframe()),
        "frame of aligned maxima": frame(aligned().to_dataframe(agg="max")),
        "frame of aligned statistics": filled(aligned().to_dataframe(agg="all")),
        "frame of windows": filled(inside().windows(width).to_dataframe(agg="all")),
        "names of one's own": frame(inside().to_dataframe(name_callable=lambda s: f"{s.name} [{s.unit}]")),
        "count": inside().count(precise=True),
        "earliest": [None if point is None else [str(point.time), point.value] for point in inside().earliest()],
        "latest": [None if point is None else [str(point.time), point.value] for point in inside().latest()],
        "versions": sorted([str(key), str(version)] for key, version in two.versions().items()),
        "filtered": [[str(s.uuid) for s in two.filter(**by)] for by in ({"name": "S1"}, {"unit": "a"}, {"tags": {"unit": "V"}}, {"collection": "nowhere"})],
    }
    if plan["arrow"]:
        old = inside()
        old.pin_versions({stream.uuid: 12 for stream in streams[:2]})
        numbers = ["min", "mean", "max", "count", "stddev"]
        found |= {
            "arrow frame": frame(inside().arrow_to_dataframe()),
            "arrow frame at a grid": frame(two.filter(start=start, end=end, sampling_frequency=int(plan["sets"]["hertz"])).arrow_to_dataframe()),
            "arrow frame of old versions": frame(old.arrow_to_dataframe()),
            "arrow frame of aligned statistics": frame(aligned().arrow_to_dataframe(agg=numbers)),
            "arrow frame of windows": filled(inside().windows(width).arrow_to_dataframe(agg=numbers)),
            "arrow frame of ranges and counts": frame(aligned().arrow_to_dataframe(agg=["min", "max", "count"])),
        }
    fresh = [[str(time), value] for time, value in plan["sets"]["fresh"]]
    columns = {"time": [int(time) for time, _ in fresh], "value": [value for _, value in fresh]}
    two.insert({stream.uuid: pd.DataFrame(columns) for stream in streams[:2]}, merge="replace")
    for stream in streams[:2]:
        stream.flush()
    return found | {"frame after an insert": frame(inside().to_dataframe())}


def carry_out(connection, plan):
    streams = []
    result = {"versions": [], "answers": [], "ends": []}
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
        result["ends"].append(ends(stream))

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

    result["sets"] = sets(connection, streams, plan)

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


def read(connection, plan):
    """What there is of a plan that somebody else carried out; its first two streams changed since."""
    streams = [connection.stream_from_uuid(entry["uuid"]) for entry in plan["streams"][2:]]
    return [[ask(stream, question) for question in entry["questions"]] for stream, entry in zip(streams, plan["streams"][2:])]


endpoint, key, file = sys.argv[1:4]
with open(file, encoding="utf-8") as text:
    plans = json.load(text)
refused = failing(lambda: btrdb.connect(endpoint, apikey="wrong"))
connection = btrdb.connect(endpoint, apikey=key)
answer({"refused": refused, **carry_out(connection, plans["own"]), "others": read(connection, plans["others"])})
