"""What the observatory's own client gets from a database when it carries out a plan."""

import asyncio
import json
import sys
import warnings

warnings.filterwarnings("ignore")

import aioinflux  # noqa: E402
import lsst_efd_client.efd_helper as helper  # noqa: E402
import pandas as pd  # noqa: E402
from astropy.time import Time  # noqa: E402
from exact import answer, float_bits  # noqa: E402


class Credentials:
    """The service that hands out credentials is the observatory's: the client's own class asks it."""

    def __init__(self, service_endpoint):
        pass

    def get_auth(self, alias):
        return "127.0.0.1", "", 0, "", "", ""


helper.NotebookAuth = Credentials


def cell(value):
    if value is None or (isinstance(value, float) and value != value):
        return None
    if isinstance(value, bool) or isinstance(value, str):
        return value
    if hasattr(value, "item"):
        return cell(value.item())
    return {"integer": str(value)} if isinstance(value, int) else float_bits(value)


def rows(frame):
    if isinstance(frame, dict):
        frame = pd.concat(frame.values()) if frame else pd.DataFrame()
    times = frame.index.astype("int64") if len(frame) else []
    columns = sorted(frame.columns)
    return [[str(time), {name: cell(frame[name].iloc[row]) for name in columns}] for row, time in enumerate(times)]


def windows(frame, width):
    starts = frame.index.astype("int64") // width * width
    found = []
    for start, part in frame.groupby(starts):
        cells = {name: [part[name].count(), part[name].min(), part[name].max(), part[name].mean(), part[name].median(), part[name].std()] for name in frame.columns}
        found.append([str(start), {name: [None if value != value else float(value) for value in values] for name, values in cells.items()}])
    return found


async def main():
    port, file = int(sys.argv[1]), sys.argv[2]
    with open(file, encoding="utf-8") as opened:
        plan = json.load(opened)
    client = aioinflux.InfluxDBClient(
        host="127.0.0.1", port=port, ssl=False, username=plan["username"], password=plan["password"], db="efd", mode="async", output="dataframe"
    )
    efd = helper.EfdClient("peer", client=client)
    found = {"topics": await efd.get_topics(), "fields": {}, "series": [], "newest": [], "packed": [], "windows": []}
    for topic in plan["topics"]:
        found["fields"][topic] = await efd.get_fields(topic)
    for asked in plan["series"]:
        start, end = (Time(asked[key], format="isot", scale="utc") for key in ("start", "end"))
        found["series"].append(rows(await efd.select_time_series(asked["topic"], asked["fields"], start, end, index=asked.get("index"))))
    for asked in plan["newest"]:
        frame = await efd.select_top_n(asked["topic"], asked["fields"], asked["rows"], time_cut=asked.get("before"))
        found["newest"].append(sorted(rows(frame), key=lambda row: int(row[0])))
    for asked in plan["packed"]:
        start, end = (Time(asked[key], format="isot", scale="utc") for key in ("start", "end"))
        frame = await efd.select_packed_time_series(asked["topic"], asked["fields"], start, end)
        found["packed"].append([[str(round(time / 1000)), cells] for time, cells in ((int(time), cells) for time, cells in rows(frame))])
    for asked in plan["windows"]:
        frame = await client.query(f'SELECT {", ".join(asked["fields"])} FROM "efd"."autogen"."{asked["topic"]}"')
        found["windows"].append(windows(frame, asked["width"]))
    await client.close()
    answer(found)


asyncio.run(main())
