"""Starts ministack with what it does otherwise than AWS put right, as far as the tests meet it."""

import asyncio
import functools
import inspect
import json
import socket
import socketserver
import sys
import threading
import time

from ministack import app
from ministack.core import iam_actions, iam_evaluator
from ministack.services import dynamodb, eventbridge, lambda_svc, s3, scheduler

# Source: Amazon S3 multipart upload limits, "Part size".
PART_MIN_BYTES = 5 * 1024 * 1024
# Tests wait for schedules of minutes. AWS knows no shorter ones, and the emulator looks every ten seconds.
MINUTE_SECONDS = 10
TICK_SECONDS = 1


def empty_bodies(original):
    """A function may answer with `"body": null`, which the emulator makes a 500 of."""

    def answered(result):
        response, rest = original(result)
        if isinstance(response, dict) and response.get("body") is None:
            response = {**response, "body": ""}
        return response, rest

    return answered


def parts_as_large_as_s3_wants(original):
    """The emulator joins parts of any size."""

    def completed(bucket, key, body, query, headers=None):
        upload_id = query.get("uploadId")
        upload_id = upload_id[0] if isinstance(upload_id, list) else upload_id
        parts = s3._multipart_uploads[upload_id]["parts"] if upload_id in s3._multipart_uploads else {}
        if any(parts[number]["size"] < PART_MIN_BYTES for number in sorted(parts)[:-1]):
            return s3._error("EntityTooSmall", "Your proposed upload is smaller than the minimum allowed size", 400)
        return original(bucket, key, body, query, headers)

    return completed


def checksums_as_announced(original):
    """The emulator completes parts that came with checksums into an upload that announced none.

    S3 is reported not to find them: aws-sdk-java-v2#6518, aws-sdk-go-v2#3005.
    """

    def completed(bucket, key, body, query, headers=None):
        upload_id = query.get("uploadId")
        upload = s3._multipart_uploads.get(upload_id[0] if isinstance(upload_id, list) else upload_id)
        if (
            upload
            and not upload["checksum_algorithm"]
            and any(part.get("checksums") for part in upload["parts"].values())
        ):
            return s3._error("InvalidPart", "One or more of the specified parts could not be found.", 400)
        return original(bucket, key, body, query, headers)

    return completed


def as_if_by_tls(original):
    """Policies refuse plain HTTP, which is all that the emulator speaks."""
    return lambda key, context: "true" if key.lower() == "aws:securetransport" else original(key, context)


def parameters_by_name(original):
    """The emulator takes a request for several parameters as one for all there are."""

    def named(service, method, path, *rest, **more):
        arn = original(service, method, path, *rest, **more)
        body = next((part for part in (*rest, *more.values()) if isinstance(part, bytes) and b'"Names"' in part), None)
        if service != "ssm" or arn != "*" or body is None:
            return arn
        return f"arn:aws:ssm:us-east-1:000000000000:parameter{json.loads(body)['Names'][0]}"

    return named


def schedules_by_group(original):
    """The emulator takes every schedule as one of the group "default"."""
    parameters = inspect.signature(original)

    def grouped(*args, **kwargs):
        arn = original(*args, **kwargs)
        call = parameters.bind(*args, **kwargs).arguments
        if call["service"] != "scheduler" or ":schedule/default/" not in arn:
            return arn
        named = call["query_params"].get("groupName") or json.loads(call["body"] or b"{}").get("GroupName")
        group = named[0] if isinstance(named, list) else named
        return arn.replace(":schedule/default/", f":schedule/{group}/") if group else arn

    return grouped


def batches_as_their_messages(original):
    """A right to send a message is one to send several. Source: Service Authorization Reference, "Amazon SQS"."""

    def of(*arguments, **more):
        action = original(*arguments, **more)
        return action.removesuffix("Batch") if action and action.startswith("sqs:") else action

    return of


def account_settings(original):
    """The emulator shows an account's limits to everybody."""

    def of(service, method, path, *rest, **more):
        if service == "lambda" and path.rstrip("/").endswith("/account-settings"):
            return "lambda:GetAccountSettings"
        return original(service, method, path, *rest, **more)

    return of


def leading_keys(original):
    """Policies may say which partition keys a role writes; the emulator does not tell them.

    Of a transaction, all at once.
    """

    def partitions(value):
        if isinstance(value, list):
            return [key for each in value for key in partitions(each)]
        if not isinstance(value, dict):
            return []
        own = value.get("pk")
        return (
            [own["S"]]
            if isinstance(own, dict) and "S" in own
            else [key for each in value.values() for key in partitions(each)]
        )

    def told(body):
        context = original(body)
        if b'"pk"' in body and (keys := partitions(json.loads(body))):
            context["dynamodb:LeadingKeys"] = keys
        return context

    return told


def groups_side_by_side(original):
    """The emulator works on a FIFO queue one by one, where Lambda takes a message of each group at once."""
    most = 1000
    return lambda esm, function, config, queue=None: (
        most if (queue or {}).get("is_fifo") and esm.get("BatchSize") == 1 else original(esm, function, config, queue)
    )


class ThrottledReceives:
    """A message that a throttled function could not take waits for its whole visibility timeout in the emulator.

    Lambda's pollers try again until then. Source: "Using Lambda with Amazon SQS", visibility timeout.
    """

    def __init__(self):
        self.local = threading.local()
        self.run, self.execute = lambda_svc._run_sqs_batch, lambda_svc._execute_function
        lambda_svc._run_sqs_batch, lambda_svc._execute_function = self.ran, self.executed

    def ran(self, esm, function, event, batch, *queue):
        self.local.until = batch[0]["visible_at"]
        try:
            self.run(esm, function, event, batch, *queue)
        finally:
            self.local.until = 0

    def executed(self, function, event):
        result = self.execute(function, event)
        while result.get("throttle") and time.time() < getattr(self.local, "until", 0):
            time.sleep(0.5)
            result = self.execute(function, event)
        return result


def minutes_that_pass_sooner(original):
    def seconds(rate):
        found = original(rate)
        return found * MINUTE_SECONDS // 60 if found and "minute" in rate else found

    return seconds


def without_nagle(original):
    """The emulator leaves Nagle's algorithm on: small answers wait 40 ms for an acknowledgement."""

    def connected(self, transport):
        connection = transport.get_extra_info("socket")
        if connection is not None and connection.family in (socket.AF_INET, socket.AF_INET6):
            connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        return original(self, transport)

    return connected


def parsed_once(original):
    """The emulator parses the expression of a query for each item that it may find."""
    return functools.lru_cache(maxsize=1000)(original)


dynamodb._tokenize = parsed_once(dynamodb._tokenize)
dynamodb._condition_syntax_error = parsed_once(dynamodb._condition_syntax_error)
lambda_svc.lambda_execute_result_to_api_proxy_response = empty_bodies(
    lambda_svc.lambda_execute_result_to_api_proxy_response
)
lambda_svc._sqs_esm_concurrency = groups_side_by_side(lambda_svc._sqs_esm_concurrency)
ThrottledReceives()
iam_actions.extract_iam_action = account_settings(batches_as_their_messages(iam_actions.extract_iam_action))
iam_actions.extract_resource_arn = parameters_by_name(schedules_by_group(iam_actions.extract_resource_arn))
iam_actions.dynamodb_service_context = leading_keys(iam_actions.dynamodb_service_context)
iam_evaluator._resolve_condition_key = as_if_by_tls(iam_evaluator._resolve_condition_key)
s3._complete_multipart_upload = checksums_as_announced(parts_as_large_as_s3_wants(s3._complete_multipart_upload))
eventbridge._parse_rate_seconds = minutes_that_pass_sooner(eventbridge._parse_rate_seconds)
eventbridge._SCHEDULER_TICK_INTERVAL = scheduler._SCHEDULE_TICK_INTERVAL = TICK_SECONDS
# Functions ask it for work, which it sends after the head of its answer.
socketserver.StreamRequestHandler.disable_nagle_algorithm = True
asyncio.StreamReaderProtocol.connection_made = without_nagle(asyncio.StreamReaderProtocol.connection_made)
sys.exit(app.main())
