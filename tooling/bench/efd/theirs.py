import io
import os
import subprocess

import boto3
import pandas as pd
import pyarrow.compute as pc
import pyarrow.dataset as ds
import pyarrow.fs as fs
import pyarrow.parquet as pq

keys = ("sonde", "sonde-bench")
prefix = "topics/example-002-aggregated/"
servers = {}


def endpoint_of(file, latency):
    if latency not in servers:
        script = os.path.join(os.path.dirname(os.path.abspath(__file__)), "serve.mjs")
        child = subprocess.Popen(["node", script, f"{file}.bucket", str(latency)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        servers[latency] = (child, child.stdout.readline().strip())
    return servers[latency][1]


def notebook(file, latency):
    s3 = boto3.resource("s3", endpoint_url=endpoint_of(file, latency), region_name="us-east-1", aws_access_key_id=keys[0], aws_secret_access_key=keys[1])
    bucket = s3.Bucket("archive")
    df = pd.DataFrame()
    for obj in bucket.objects.filter(Prefix=prefix):
        buffer = io.BytesIO()
        bucket.download_fileobj(obj.key, buffer)
        df = pd.concat([df, pq.read_table(buffer).to_pandas()])
    return [len(df), float(df["mean_value1"].min()), float(df["mean_value1"].max())]


def opened(file, latency):
    s3 = fs.S3FileSystem(endpoint_override=endpoint_of(file, latency), access_key=keys[0], secret_key=keys[1], region="us-east-1")
    return ds.dataset(f"archive/{prefix}", filesystem=s3, format="parquet")


def whole(file, latency):
    table = opened(file, latency).to_table()
    bounds = pc.min_max(table["mean_value1"]).as_py()
    return [table.num_rows, bounds["min"], bounds["max"]]


def hours(file, size):
    return notebook(file, 0)


def hours_late(file, size):
    return notebook(file, 20)


def dataset(file, size):
    return whole(file, 0)


def dataset_late(file, size):
    return whole(file, 20)


def month(file, size):
    rows, least, most = 0, float("inf"), float("-inf")
    for batch in opened(file, 0).to_batches(columns=["time", "min_value1", "mean_value1", "max_value1"]):
        if batch.num_rows == 0:
            continue
        bounds = pc.min_max(batch["mean_value1"]).as_py()
        rows, least, most = rows + batch.num_rows, min(least, bounds["min"]), max(most, bounds["max"])
    return [rows, least, most]
