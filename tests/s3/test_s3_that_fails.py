"""S3 that is busy, fails, or is cut off in the middle, and a service that is killed there: objects are
whole or not there, no row is missing, none is there twice, and no upload is left."""

import csv
import io
import json
import random
import shutil
import subprocess
import sys

import pyarrow.parquet
import pytest

from conftest import ROOT_KEY, S3_KEY
from harness import s3_flows
from harness.own_operations import ours
from harness.processes import SLUICE, wait_until
from harness.s3_faults import (ACCESS_DENIED, INTERNAL_ERROR, SLOW_DOWN, CutAnswer, CutRequest,
                               Delay, LoseAnswer, S3Faults)
from harness.service import Service

COLUMNS = ("id", "text")
# Enough that an object is uploaded in several parts of 5 MB.
_RANDOM = random.Random(1)  # What can't be compressed.
ROWS = [(str(number), f"{_RANDOM.getrandbits(400):0100x}") for number in range(150_000)]
FEW_ROWS = ROWS[:100]
SINGLE_FILE = {"aggregationType": "SingleFile"}


@pytest.fixture(scope="module")
def faults(s3):
    proxy = S3Faults(s3.url)
    yield proxy
    proxy.stop()


@pytest.fixture(autouse=True)
def all_faults_are_met(faults):
    faults.clear()
    yield
    assert faults.pending() == 0
    faults.clear()


def start_service(folder, faults):
    return Service(folder, ROOT_KEY, "--python", sys.executable, "--s3", faults.url, environment={
        "AWS_ACCESS_KEY_ID": S3_KEY[0], "AWS_SECRET_ACCESS_KEY": S3_KEY[1]})


@pytest.fixture(scope="module")
def service(folder, faults):
    server = start_service(folder, faults)
    yield server
    server.stop()


@pytest.fixture(scope="module")
def rows_file(folder):
    path = folder / "rows.csv"
    with path.open("w", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(COLUMNS)
        writer.writerows(ROWS)
    return path


@pytest.fixture
def flow(appflow, s3, bucket, rows_file, request):
    """Makes a flow that copies rows of CSV within the test's bucket."""
    def make(rows=ROWS, name=bucket, client=appflow, tags=None, **output_format):
        if rows is ROWS:
            s3.put(bucket, "in/rows.csv", rows_file)
        else:
            s3.put(bucket, "in/rows.csv", "\n".join(map(",".join, [COLUMNS, *rows])) + "\n")
        s3_flows.create(client, name, s3_flows.source(bucket, "in"),
                        s3_flows.destination(bucket, **output_format), s3_flows.tasks(COLUMNS), tags)
        return name
    return make


def decode(content):
    if content.startswith(b"PAR1"):
        table = pyarrow.parquet.read_table(io.BytesIO(content))
        return list(zip(*table.to_pydict().values()))
    assert content.endswith(b"\n"), "half a line"
    return [tuple(json.loads(line).values()) for line in content.splitlines()]


def check_rows(s3, bucket, rows=ROWS):
    found = [row for content in s3.objects(bucket, "out/").values() for row in decode(content)]
    assert len(found) == len(rows)
    assert sorted(found) == sorted(rows)
    assert s3.unfinished_uploads(bucket) == []


# Clients try again by themselves, though not seven times.
FOR_NOW = pytest.mark.parametrize("fault,times", [(SLOW_DOWN, 1), (INTERNAL_ERROR, 7)],
                                  ids=["SlowDown", "InternalError-7"])


@FOR_NOW
@pytest.mark.parametrize("operation", ["GetObject", "PutObject", "ListObjects",
                                       "ListMultipartUploads"])
def test_requests_that_are_refused_for_now(appflow, s3, bucket, faults, flow, operation, fault,
                                           times):
    name = flow(FEW_ROWS)
    faults.add(operation, fault, times=times)
    s3_flows.run(appflow, name)
    check_rows(s3, bucket, FEW_ROWS)


@FOR_NOW
@pytest.mark.parametrize("operation", ["CreateMultipartUpload", "UploadPart",
                                       "CompleteMultipartUpload"])
def test_uploads_that_are_refused_for_now(appflow, s3, bucket, faults, flow, operation, fault,
                                          times):
    name = flow(aggregationConfig=SINGLE_FILE)
    faults.add(operation, fault, times=times)
    s3_flows.run(appflow, name)
    check_rows(s3, bucket)


@pytest.mark.parametrize("operation,fault", [
    ("UploadPart", CutRequest(after_bytes=5 << 20)),
    ("UploadPart", LoseAnswer()),
    ("CreateMultipartUpload", LoseAnswer()),
    ("CompleteMultipartUpload", LoseAnswer()),
    ("GetObject", CutAnswer(after_bytes=1 << 20)),
    ("GetObject", CutAnswer(after_bytes=0)),
], ids=lambda value: value if isinstance(value, str) else type(value).__name__)
@pytest.mark.parametrize("file_type,times", [("JSON", 1), ("PARQUET", 7)])
def test_connections_that_are_cut(appflow, s3, bucket, faults, flow, operation, fault, times,
                                  file_type):
    name = flow(fileType=file_type, aggregationConfig=SINGLE_FILE)
    faults.add(operation, fault, times=times)
    s3_flows.run(appflow, name)
    check_rows(s3, bucket)


def test_a_small_object_whose_answer_is_lost_is_there_once(appflow, s3, bucket, faults, flow):
    name = flow(FEW_ROWS)
    faults.add("PutObject", LoseAnswer())
    s3_flows.run(appflow, name)
    check_rows(s3, bucket, FEW_ROWS)


def test_what_is_not_allowed_ends_the_run_and_leaves_nothing(appflow, s3, bucket, faults, flow):
    name = flow(FEW_ROWS)
    faults.add("PutObject", ACCESS_DENIED)
    appflow.start_flow(flowName=name)
    record = s3_flows.wait_for_end(appflow, name)
    assert record["executionStatus"] == "Error"
    assert "PutObject" in record["executionResult"]["errorInfo"]["executionMessage"]
    assert s3.keys(bucket, "out/") == [] and s3.unfinished_uploads(bucket) == []


def start_and_wait_in_mid_upload(appflow, s3, bucket, faults, name, part=2):
    """That part of the object is on its way, and takes its time."""
    faults.add("UploadPart", Delay(5), skip=part - 1)
    execution = appflow.start_flow(flowName=name)["executionId"]
    wait_until(lambda: faults.counts()["UploadPart"] >= part, 30, "the part")
    assert s3.unfinished_uploads(bucket) != [] and s3.keys(bucket, "out/") == []
    return execution


@pytest.mark.parametrize("file_type", ["JSON", "PARQUET"])
def test_a_service_killed_in_mid_upload_begins_the_object_again(
        service, appflow, s3, bucket, faults, flow, file_type):
    name = flow(fileType=file_type, aggregationConfig=SINGLE_FILE)
    execution = start_and_wait_in_mid_upload(appflow, s3, bucket, faults, name)
    service.kill()
    assert s3.unfinished_uploads(bucket) != []
    service.start()
    record = s3_flows.wait_for_end(appflow, name)
    assert (record["executionId"], record["executionStatus"]) == (execution, "Successful"), record
    assert record["executionResult"]["recordsProcessed"] == len(ROWS)
    assert len(s3.keys(bucket, "out/")) == 1
    check_rows(s3, bucket)


def test_a_service_killed_between_objects_goes_on(service, appflow, s3, bucket, faults, flow):
    name = flow(aggregationConfig={"aggregationType": "None", "targetFileSize": 1})
    faults.add("PutObject", Delay(5), skip=3)
    appflow.start_flow(flowName=name)
    wait_until(lambda: faults.counts()["PutObject"] >= 4, 30, "the fourth object")
    service.kill()
    before = s3.objects(bucket, "out/")
    assert len(before) == 3
    service.start()
    record = s3_flows.wait_for_end(appflow, name)
    assert record["executionStatus"] == "Successful", record
    check_rows(s3, bucket)
    assert before.items() <= s3.objects(bucket, "out/").items()


def test_a_run_that_is_canceled_leaves_whole_objects_and_no_upload(appflow, s3, bucket, faults,
                                                                   flow):
    name = flow(aggregationConfig=SINGLE_FILE)
    execution = start_and_wait_in_mid_upload(appflow, s3, bucket, faults, name, part=1)
    appflow.cancel_flow_executions(flowName=name, executionIds=[execution])
    record = s3_flows.wait_for_end(appflow, name)
    assert record["executionStatus"] == "Canceled", record
    assert s3.keys(bucket, "out/") == [] and s3.unfinished_uploads(bucket) == []


def test_a_service_stops_though_s3_answers_no_read(service, appflow, s3, bucket, faults, flow):
    name = flow()
    faults.add("GetObject", Delay(120), skip=1, times=2)  # Behind the names of the columns.
    execution = appflow.start_flow(flowName=name)["executionId"]
    wait_until(lambda: faults.pending() == 0, 30, "reads that are not answered")
    assert service.stop() == 0  # Soon, or it fails.
    service.start()
    record = s3_flows.wait_for_end(appflow, name)
    assert (record["executionId"], record["executionStatus"]) == (execution, "Successful"), record
    check_rows(s3, bucket)


def is_away(faults):
    faults.add("PutObject", INTERNAL_ERROR, times=1000)


def message_of(service, name, execution):
    return ours(service, "/describe-run", {"flowName": name, "executionId": execution}).json().get(
        "message", "")


def waits(service, name, execution):
    return message_of(service, name, execution).startswith("Waiting to try again: ")


def test_a_flow_whose_runs_wait_for_nothing_ends_at_the_first_failure(appflow, bucket, faults,
                                                                      flow):
    name = flow(FEW_ROWS, tags={"sluice:retryMinutes": "0"})
    is_away(faults)
    record = s3_flows.run_to_end(appflow, name)
    assert record["executionStatus"] == "Error", record
    assert bucket in record["executionResult"]["errorInfo"]["executionMessage"]
    assert faults.counts()["PutObject"] < 10, "the client's own attempts"
    faults.clear()


def test_a_run_that_waits_says_so_over_a_restart_and_goes_on(service, appflow, s3, bucket, faults,
                                                             flow):
    name = flow(FEW_ROWS, tags={"sluice:retryMinutes": "60"})
    is_away(faults)
    execution = appflow.start_flow(flowName=name)["executionId"]
    wait_until(lambda: waits(service, name, execution), 30, "the run to wait")
    assert bucket in message_of(service, name, execution)
    shown = subprocess.run([SLUICE, "run", "show", name, execution], capture_output=True, text=True,
                           timeout=60, env=service.environment()).stdout
    assert "message     Waiting to try again: " in shown
    service.stop()
    service.start()
    wait_until(lambda: waits(service, name, execution), 30, "the run to wait again")
    faults.clear()
    record = s3_flows.wait_for_end(appflow, name)
    assert (record["executionId"], record["executionStatus"]) == (execution, "Successful"), record
    check_rows(s3, bucket, FEW_ROWS)


def test_a_run_that_waits_is_canceled_at_once(service, appflow, faults, flow):
    name = flow(FEW_ROWS, tags={"sluice:retryMinutes": "1440"})
    is_away(faults)
    execution = appflow.start_flow(flowName=name)["executionId"]
    wait_until(lambda: waits(service, name, execution), 30, "the run to wait")
    appflow.cancel_flow_executions(flowName=name, executionIds=[execution])
    record = s3_flows.wait_for_end(appflow, name, 10)
    assert record["executionStatus"] == "Canceled", record
    faults.clear()


def test_uploads_of_a_run_that_never_goes_on_are_given_up_by_the_next(folder, s3, bucket, faults,
                                                                      flow):
    other = start_service(folder / "other", faults)
    try:
        name = flow(client=other.client("appflow"), aggregationConfig=SINGLE_FILE)
        start_and_wait_in_mid_upload(other.client("appflow"), s3, bucket, faults, name)
        other.kill()
        shutil.rmtree(other.folder / "data")  # It knows nothing any more.
        assert s3.unfinished_uploads(bucket) != []
        other.start()
        name = flow(client=other.client("appflow"), aggregationConfig=SINGLE_FILE)
        s3_flows.run(other.client("appflow"), name)
        check_rows(s3, bucket)
    finally:
        other.stop()
