"""How long `lading verify` takes for very many blobs, and how many requests it makes of S3 and DynamoDB.

On embedded storage, then on emulators of AWS. Records and bytes are put there behind the server's back.
"""

import hashlib
import json
import os
import sqlite3
import subprocess
import sys
import time
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

sys.path.append(str(Path(__file__).resolve().parents[1] / "functions/server/src/e2e"))

import boto3
from conformance import Emulators
from counting import Counting
from emulator import Emulator
from harness import PASSWORD, ROOT, Server, length
from store import blob_file

BLOBS = int(length("VERIFIED_BLOBS", 2_000, 100_000))
LADING = ROOT / "bin/lading"


def made():
    """Blobs of eight bytes, each with its key and its record."""
    for number in range(BLOBS):
        content = number.to_bytes(8, "big")
        digest, key = hashlib.sha256(content).hexdigest(), hashlib.md5(content).hexdigest()
        record = {
            "digest": f"sha256:{digest}",
            "key": key,
            "sizeBytes": len(content),
            "created": "2026-01-01T00:00:00Z",
            "doomed": False,
            "revision": number + 1,
        }
        yield content, key, digest, record


def verify(server, *arguments):
    env = {**os.environ, "LADING_URL": f"http://{server.host}", "LADING_ADMIN_PASSWORD": PASSWORD}
    began = time.monotonic()
    done = subprocess.run([LADING, "verify", "-q", *arguments], env=env, capture_output=True, text=True, check=False)
    seconds = time.monotonic() - began
    expected = f"{BLOBS} checked, none missing or corrupted\n"
    if done.stdout != expected:
        raise AssertionError(f"it printed, instead of {expected}{done.stdout[-2000:]}{done.stderr}")
    return seconds


def embedded():
    with Server("--no-access-log") as server:
        server.stop()
        with sqlite3.connect(server.data / "lading.db") as records:
            for content, key, digest, record in made():
                blob_file(server.data, key).write_bytes(content)
                row = (f"bytes#{digest[0]}", f"{digest}.sha256", record["revision"], json.dumps(record))
                records.execute("INSERT INTO record (pk, sk, revision, doc) VALUES (?, ?, ?, ?)", row)
        records.close()
        server.start()
        for arguments in ((), ("--deep",)):
            seconds = verify(server, *arguments)
            print(f"embedded, {' '.join(('verify', *arguments))}: {BLOBS:,} in {seconds:.1f} s", flush=True)


def aws():
    """DynamoDB Local, and ministack's S3: S3Proxy walks all objects for each thousand that it lists."""
    with Emulators() as emulators, Emulator() as ministack:
        env = {**emulators.env(), **ministack.env, "AWS_ENDPOINT_URL_S3": ministack.url}
        s3, dynamo = Counting(env["AWS_ENDPOINT_URL_S3"]), Counting(env["AWS_ENDPOINT_URL_DYNAMODB"])
        counted = {**env, "AWS_ENDPOINT_URL_S3": s3.url, "AWS_ENDPOINT_URL_DYNAMODB": dynamo.url}
        options = ("--storage=aws", "--create-storage", "--no-access-log")
        with s3, dynamo, Server(*options, env=counted) as server:
            keys = {
                "aws_access_key_id": env["AWS_ACCESS_KEY_ID"],
                "aws_secret_access_key": env["AWS_SECRET_ACCESS_KEY"],
                "region_name": env["AWS_REGION"],
            }
            records = boto3.resource("dynamodb", endpoint_url=env["AWS_ENDPOINT_URL_DYNAMODB"], **keys)
            [table] = [each.name for each in records.tables.all()]
            objects = boto3.client("s3", endpoint_url=env["AWS_ENDPOINT_URL_S3"], **keys)
            [bucket] = [each["Name"] for each in objects.list_buckets()["Buckets"]]
            blobs = list(made())
            with records.Table(table).batch_writer() as writer:
                for _, _, digest, record in blobs:
                    writer.put_item(Item={"pk": f"bytes#{digest[0]}", "sk": f"{digest}.sha256", **record})

            def put(blob):
                objects.put_object(Bucket=bucket, Key=f"blobs/{blob[1]}", Body=blob[0])

            with ThreadPoolExecutor(4) as threads:
                list(threads.map(put, blobs))
            s3.taken(), dynamo.taken()
            seconds = verify(server)
            calls = dict(Counter([*s3.taken(), *dynamo.taken()]))
            print(f"emulators of AWS, verify: {BLOBS:,} in {seconds:.1f} s, {calls}", flush=True)


if __name__ == "__main__":
    embedded()
    aws()
