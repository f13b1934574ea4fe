"""How many requests of AWS each request costs, counted on the wire, with a function process that has just started."""

import base64
import os
import sys
import unittest
from collections import Counter
from pathlib import Path

sys.path.append(str(Path(__file__).resolve().parents[1] / "functions/server/src/e2e"))

import oci
from counting import Counting
from deployment import RUNTIME
from emulator import Emulator
from function_process import FunctionProcess, get
from harness import JAVA, PASSWORD, ROOT, temp_folder

ZIP = ROOT / "functions/registry-lambda/target/function.zip"
NAME = "lading"
# No schedule is made, nothing sealed and nothing given up here.
ONLY_NAMED = ("KEY", "QUEUE_ARN", "SCHEDULE_GROUP", "SCHEDULE_ROLE", "QUEUE_DEAD_LETTERS", "COPY_QUEUE_DEAD_LETTERS")
LAYER = b"x" * 200_000
MIB = 1024 * 1024
CHUNK = 4 * MIB
BASIC = "Basic " + base64.b64encode(f"admin:{PASSWORD}".encode()).decode()


def storage(emulator):
    """A bucket, a table and the administrator's password, as the storage stack and a first request make them."""
    emulator.client("s3").create_bucket(Bucket=NAME)
    keys = [("pk", "HASH"), ("sk", "RANGE")]
    emulator.client("dynamodb").create_table(
        TableName=NAME,
        BillingMode="PAY_PER_REQUEST",
        AttributeDefinitions=[{"AttributeName": name, "AttributeType": "S"} for name, _ in keys],
        KeySchema=[{"AttributeName": name, "KeyType": kind} for name, kind in keys],
    )
    emulator.client("ssm").put_parameter(Name=f"/{NAME}/admin-password", Value=PASSWORD, Type="SecureString")


def function(emulator, endpoint, zip_file=ZIP, **options):
    env = {**emulator.env, "AWS_ENDPOINT_URL": endpoint, "LADING_AWS_BUCKET": NAME, "LADING_AWS_TABLE": NAME}
    env |= {"LADING_AWS_PARAMETERS": f"/{NAME}", "LADING_AWS_QUEUE": f"{endpoint}/000000000000/tasks.fifo"}
    env |= {"LADING_AWS_COPY_QUEUE": f"{endpoint}/000000000000/copies.fifo"}
    env |= {"LADING_TASKS_AT_ONCE": "20", "LADING_COPIES_AT_ONCE": "50", "LADING_DEMANDS_AT_ONCE": "25"}
    env |= {f"LADING_AWS_{name}": NAME for name in ONLY_NAMED}
    return FunctionProcess(JAVA, RUNTIME, zip_file, temp_folder("function"), env, **options)


def request(method, path, body=None, media_type=None):
    event = get(path, {"authorization": BASIC} if method not in ("GET", "HEAD") else None, method)
    event["headers"]["accept"] = "*/*"
    if body is not None:
        event["headers"] |= {"content-type": media_type or "application/octet-stream", "content-length": str(len(body))}
        event |= {"body": base64.b64encode(body).decode(), "isBase64Encoded": True}
    return event


def location(answer):
    return next(v for n, v in answer["headers"].items() if n.lower() == "location").split("registry.invalid", 1)[-1]


def push(invoke, repository, tag, layer=LAYER):
    """Pushes an image as clients do; the image."""
    image = oci.raw_image([layer])
    for blob in image.blobs:
        upload = location(invoke(request("POST", f"/v2/{repository}/blobs/uploads/")))
        invoke(request("PUT", f"{upload}&digest={oci.sha256(blob)}", blob))
    invoke(request("PUT", f"/v2/{repository}/manifests/{tag}", image.manifest, oci.MANIFEST))
    return image


class CallsTest(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.emulator = cls.enterClassContext(Emulator())
        cls.wire = cls.enterClassContext(Counting(cls.emulator.url))
        storage(cls.emulator)
        with function(cls.emulator, cls.wire.url) as process:
            cls.image = push(lambda event: process.invoke(event)[0], "team/app", "1")
        cls.layer = oci.sha256(LAYER)

    def calls(self, event, status):
        """Those of one request to a new process, without what starting costs."""
        with function(self.emulator, self.wire.url) as process:
            self.wire.taken()
            answer, _ = process.invoke(event)
            self.assertEqual(status, answer["statusCode"], answer)
            return Counter(self.wire.taken())

    def test_reads_stay_within_the_budget(self):
        budget = {
            "GET /v2/team/app/manifests/1": (3, 200),
            "HEAD /v2/team/app/manifests/1": (3, 200),
            f"GET /v2/team/app/manifests/{self.image.digest}": (2, 200),
            f"HEAD /v2/team/app/manifests/{self.image.digest}": (2, 200),
            f"GET /v2/team/app/blobs/{self.layer}": (2, 307),
            f"HEAD /v2/team/app/blobs/{self.layer}": (2, 307),
            "GET /v2/team/app/tags/list": (2, 200),
            f"GET /v2/team/app/referrers/{self.image.digest}": (2, 200),
            "GET /v2/": (0, 401),
        }
        for line, (most, status) in budget.items():
            with self.subTest(line):
                calls = self.calls(request(*line.split(" ")), status)
                print(
                    f"\n  {line.replace(self.image.digest, '<digest>').replace(self.layer, '<digest>')}: {dict(calls)}"
                )
                self.assertLessEqual(sum(n for call, n in calls.items() if call.startswith("DynamoDB")), most)
                # Whoever sends HEAD for a blob is sent to bytes that are there.
                looks = {"S3 HEAD": 1} if line.startswith("HEAD /v2/team/app/blobs/") else {}
                self.assertEqual(looks, {call: n for call, n in calls.items() if call.startswith("S3")})

    def test_head_is_answered_as_get_of_a_manifest_and_never_of_a_blob(self):
        with function(self.emulator, self.wire.url) as process:
            for reference in ("1", self.image.digest):
                path = f"/v2/team/app/manifests/{reference}"
                head, got = (process.invoke(request(method, path))[0] for method in ("HEAD", "GET"))
                self.assertEqual((200, self.image.manifest.decode()), (head["statusCode"], head["body"]))
                self.assertEqual(got["headers"]["Content-Type"], head["headers"]["Content-Type"])
                self.assertEqual(self.image.digest, head["headers"]["Docker-Content-Digest"])
            # And logged as what it was.
            self.assertIn('"method":"HEAD"', process.said())
            path = f"/v2/team/app/blobs/{self.layer}"
            head, got = (location(process.invoke(request(method, path))[0]) for method in ("HEAD", "GET"))
            self.assertNotEqual(head, got)

    def test_a_small_blob_is_not_fetched_for_the_client_either(self):
        config = oci.sha256(self.image.blobs[0])
        calls = self.calls(request("GET", f"/v2/team/app/blobs/{config}"), 307)
        self.assertEqual([], [call for call in calls if call.startswith("S3")])

    def test_a_tag_is_pushed_in_one_transaction(self):
        event = request("PUT", "/v2/team/app/manifests/2", self.image.manifest, oci.MANIFEST)
        calls = self.calls(event, 201)
        print(f"\n  PUT of a manifest by another tag: {dict(calls)}")
        self.assertEqual(1, calls["DynamoDB TransactWriteItems"])
        self.assertEqual([], [call for call in calls if call.startswith("S3")])

    def test_what_an_image_costs_to_push(self):
        with function(self.emulator, self.wire.url) as process:
            self.wire.taken()
            push(lambda event: process.invoke(event)[0], "team/other", "1", b"y" * 300_000)
            calls = Counter(self.wire.taken())
        print(f"\n  push of a new image of one layer and a configuration: {dict(calls)}")
        self.assertEqual(1, calls["SSM GetParameters"])

    def test_a_small_blob_of_one_chunk_is_sent_again_and_one_of_one_request_is_not(self):
        layer = os.urandom(1000)
        with function(self.emulator, self.wire.url) as process:

            def invoke(*line):
                answer = process.invoke(request(*line))[0]
                return answer, {call: n for call, n in Counter(self.wire.taken()).items() if call.startswith("S3")}

            upload = location(invoke("POST", "/v2/team/small/blobs/uploads/")[0])
            answer, calls = invoke("PATCH", upload, layer)
            self.assertEqual({"S3 PUT": 1}, calls)
            answer, calls = invoke("PUT", f"{location(answer)}&digest={oci.sha256(layer)}", b"")
            print(f"\n  PUT of nothing after a small chunk: {calls}")
            self.assertEqual(201, answer["statusCode"], answer)
            self.assertEqual({"S3 GET": 1, "S3 PUT": 1, "S3 POST": 1}, calls)
            whole = os.urandom(1000)
            upload = location(invoke("POST", "/v2/team/small/blobs/uploads/")[0])
            answer, calls = invoke("PUT", f"{upload}&digest={oci.sha256(whole)}", whole)
            self.assertEqual(201, answer["statusCode"], answer)
            self.assertEqual({"S3 PUT": 1}, calls)

    def test_an_upload_of_chunks_is_not_read_again_whoever_is_told_its_end(self):
        content = os.urandom(9 * MIB)

        def invoke(*line):
            with function(self.emulator, self.wire.url) as process:
                self.wire.taken()
                answer, _ = process.invoke(request(*line))
                return answer, Counter(self.wire.taken())

        upload = location(invoke("POST", "/v2/team/chunks/blobs/uploads/")[0])
        for start in range(0, len(content), CHUNK):
            answer, calls = invoke("PATCH", upload, content[start : start + CHUNK])
            print(f"\n  PATCH at {start}: {dict(calls)}")
            self.assertEqual(202, answer["statusCode"], answer)
            upload = location(answer)
        answer, calls = invoke("PUT", f"{upload}&digest={oci.sha256(content)}", b"")
        print(f"\n  PUT of nothing: {dict(calls)}")
        self.assertEqual(201, answer["statusCode"], answer)
        self.assertEqual(0, calls["S3 GET"])

    def test_a_token_needs_the_parameters_and_which_key_signs(self):
        calls = self.calls(request("GET", "/token/?service=lading&scope=repository:team/app:pull"), 200)
        print(f"\n  GET /token/: {dict(calls)}")
        self.assertEqual({"SSM GetParameters": 1, "DynamoDB GetItem": 1}, dict(calls))


if __name__ == "__main__":
    unittest.main(verbosity=2)
