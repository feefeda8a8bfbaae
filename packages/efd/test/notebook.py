"""The observatory's notebook: an hour's files downloaded, read and put together; the frame goes to an Arrow file. pandas has no `append` any more."""

import io
import sys

import boto3
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq

endpoint, access_key, secret_key, bucket_name, topic, out = sys.argv[1:]
s3 = boto3.resource("s3", endpoint_url=endpoint, region_name="us-east-1", aws_access_key_id=access_key, aws_secret_access_key=secret_key)
bucket = s3.Bucket(bucket_name)
df = pd.DataFrame()
for obj in bucket.objects.filter(Prefix=f"topics/{topic}/year=2020/month=08/day=07/hour=22"):
    buffer = io.BytesIO()
    bucket.download_fileobj(obj.key, buffer)
    df = pd.concat([df, pq.read_table(buffer).to_pandas()])
    print(f"{bucket.name}:{obj.key}")
with pa.OSFile(out, "wb") as sink, pa.ipc.new_file(sink, (table := pa.Table.from_pandas(df, preserve_index=False)).schema) as writer:
    writer.write_table(table)
