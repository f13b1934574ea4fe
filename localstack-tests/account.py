"""What an AWS account says of a deployment: its limits, and its log. Without a right, the action that is missing."""

import re
import time
from datetime import UTC, datetime, timedelta

try:
    import boto3
    from botocore.exceptions import BotoCoreError, ClientError
except ImportError:
    boto3 = None

# What CloudWatch Logs adds to each event's bytes. Source: PutLogEvents, "The maximum batch size".
EVENT_BYTES = 26
# Lambda's own lines: as JSON, and as text.
OF_LAMBDA = re.compile(r'^(START|END|REPORT) RequestId: |"type": ?"platform\.')
REQUEST = re.compile(r'"requestId": ?"([^"]+)"')
# List price of a million requests of a FIFO queue.
FIFO_DOLLARS = 0.50
# Of API Gateway: "Throttle rate".
GATEWAY_RATE = "L-8A5B8E43"


class Missing(Exception):
    """Why something cannot be measured, and what would change that."""


class Account:
    """`url`: of the registry, by which its stacks are found, unless `prefix` says what their names begin with."""

    def __init__(self, url, prefix=None):
        self.url, self.prefix = url.rstrip("/"), prefix
        self.clients = {}

    def ask(self, service, action, **arguments):
        """The answer of one call; `action` as rights name it, such as DescribeStacks."""
        if boto3 is None:
            raise Missing("needs boto3: `make tools`, or `pip install boto3`")
        try:
            if service not in self.clients:
                self.clients[service] = boto3.client(service)
            client = self.clients[service]
            return getattr(client, re.sub(r"(?<!^)(?=[A-Z])", "_", action).lower())(**arguments)
        except ClientError as refused:
            code = refused.response["Error"]["Code"]
            if "AccessDenied" in code or "Unauthorized" in code:
                right = "servicequotas" if service == "service-quotas" else service
                raise Missing(f"these credentials may not: allow {right}:{action}") from refused
            message = refused.response["Error"].get("Message", "")
            raise Missing(f"{service} {action} was answered {code} {message}".strip()) from refused
        except BotoCoreError as unable:
            raise Missing(f"{unable} AWS credentials and a region are needed.".replace("..", ".")) from unable

    def pages(self, service, action, key, **arguments):
        while True:
            page = self.ask(service, action, **arguments)
            yield from page[key]
            token = next((name for name in ("NextToken", "nextToken") if page.get(name)), None)
            if token is None:
                return
            arguments[token] = page[token]

    def concurrency(self):
        limit = self.ask("lambda", "GetAccountSettings")["AccountLimit"]
        unreserved = limit["UnreservedConcurrentExecutions"]
        return f"{limit['ConcurrentExecutions']:,} in the account, {unreserved:,} of them unreserved"

    def requests_a_second(self):
        quota = self.ask("service-quotas", "GetServiceQuota", ServiceCode="apigateway", QuotaCode=GATEWAY_RATE)
        return f"{quota['Quota']['Value']:,.0f} of all APIs of the account in the region"

    def found_prefix(self):
        for stack in self.pages("cloudformation", "DescribeStacks", "Stacks"):
            outputs = {each["OutputKey"]: each["OutputValue"] for each in stack.get("Outputs", [])}
            if outputs.get("Url", "").rstrip("/") == self.url:
                return stack["StackName"].removesuffix("-Api")
        raise Missing(f"no stack of this account and region has the output Url {self.url}: say PREFIX=Lading")

    def resources(self, kind):
        """Of the registry's API and functions."""
        prefix = self.prefix or self.found_prefix()
        for name in (f"{prefix}-Api", f"{prefix}-Registry"):
            for each in self.pages("cloudformation", "ListStackResources", "StackResourceSummaries", StackName=name):
                if each["ResourceType"] == kind:
                    yield each["PhysicalResourceId"]

    def polls(self):
        """Receives that found nothing, which are paid for."""
        queues = [url.rsplit("/", 1)[-1] for url in self.resources("AWS::SQS::Queue")]
        end = datetime.now(UTC)
        asked = {
            "Namespace": "AWS/SQS",
            "MetricName": "NumberOfEmptyReceives",
            "StartTime": end - timedelta(days=1),
            "EndTime": end,
            "Period": 3600,
            "Statistics": ["Sum"],
        }
        hours = {}
        for queue in queues:
            named = [{"Name": "QueueName", "Value": queue}]
            for point in self.ask("cloudwatch", "GetMetricStatistics", Dimensions=named, **asked)["Datapoints"]:
                hours[point["Timestamp"]] = hours.get(point["Timestamp"], 0) + point["Sum"]
        if not hours:
            raise Missing(f"CloudWatch has no empty receive of {len(queues)} queues in the last day")
        month = max(hours.values()) * 730
        dollars = month / 1e6 * FIFO_DOLLARS
        return f"{max(hours.values()):,.0f} an hour of {len(queues)} queues, {dollars:.2f} US dollars a month at most"

    def lines(self, groups, since):
        for group in groups:
            events = self.pages("logs", "FilterLogEvents", "events", logGroupName=group, startTime=since)
            yield from (line for event in events for line in event["message"].splitlines())

    def log_bytes(self, path, requests, since, seconds):
        """Bytes that are paid for a request of `path`, of which there were so many: the gateway's, ours, Lambda's."""
        groups = list(self.resources("AWS::Logs::LogGroup"))
        end = time.monotonic() + seconds
        while True:
            lines = list(self.lines(groups, since))
            named = [line for line in lines if f'"{path}"' in line]
            ours = [line for line in named if '"_aws"' in line]
            gateways = [line for line in named if '"_aws"' not in line]
            if (len(ours) >= requests and len(gateways) >= requests) or time.monotonic() > end:
                break
            time.sleep(5)
        if not ours:
            raise Missing(f"within {seconds:.0f} s no line of a request arrived in {len(groups)} log groups")
        ids = {found.group(1) for line in ours if (found := REQUEST.search(line))}
        lambdas = [line for line in lines if OF_LAMBDA.search(line) and any(each in line for each in ids)]
        parts = {"the gateway's line": gateways, "the function's": ours, "Lambda's": lambdas}
        sizes = {what: sum(len(line.encode()) + EVENT_BYTES for line in part) for what, part in parts.items()}
        sizes = {what: size / len(ours) for what, size in sizes.items()}
        said = ", ".join(f"{what} {size:,.0f}" if size else f"{what} none" for what, size in sizes.items())
        return f"{sum(sizes.values()):,.0f} bytes: {said}; of {len(ours)} GETs"
