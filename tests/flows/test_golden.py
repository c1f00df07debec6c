"""Flows as the console, the CDK and Terraform write them, each with its files and what must come of
them. golden/*.yaml: the request to CreateFlow, the objects of the bucket "source" (in a name, .gz means
what it says), and what is in the bucket "target" afterwards: by folder, the lines of its files in the
order of the source."""

import datetime
import gzip
import pathlib
import shutil

import pytest
import yaml

from harness import s3_flows

GOLDEN = sorted((pathlib.Path(__file__).parent / "golden").glob("*.yaml"))


@pytest.fixture(scope="module")
def service(service_on_folders):
    return service_on_folders


def put_objects(bucket, objects):
    shutil.rmtree(bucket, ignore_errors=True)
    for key, text in objects.items():
        path = bucket / key
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(gzip.compress(text.encode()) if key.endswith(".gz") else text.encode())


def files_below(bucket):
    return sorted(path for path in bucket.rglob("*") if path.is_file())


@pytest.mark.parametrize("path", GOLDEN, ids=lambda path: path.stem)
def test_a_flow_writes_what_it_says(appflow, buckets, path):
    case = yaml.safe_load(path.read_text())
    put_objects(buckets / "source", case["objects"])
    put_objects(buckets / "target", {})
    (buckets / "target").mkdir()
    name, expect = path.stem, case["expect"]
    appflow.create_flow(flowName=name, **case["request"])
    record = s3_flows.run_to_end(appflow, name)
    result = record["executionResult"]
    message = result.get("errorInfo", {}).get("executionMessage", "")

    assert record["executionStatus"] == expect.get("status", "Successful"), message
    assert expect.get("message", "") in message
    if "records" in expect:
        assert result["recordsProcessed"] == expect["records"]
        assert result.get("errorInfo", {}).get("putFailuresCount", 0) == expect.get("refused", 0)

    written = {}
    for file in files_below(buckets / "target"):
        assert record["executionId"] in str(file) or "folder" in expect
        text = file.read_text()
        folder = folder_of(file.relative_to(buckets / "target"), name, record, expect)
        has_header = output_format(case) == "CSV" and folder in written
        written[folder] = written.get(folder, "") + (
            text.split("\n", 1)[1] if has_header else text)
    assert written == expect["objects"]


def output_format(case):
    properties = case["request"]["destinationFlowConfigList"][0]["destinationConnectorProperties"]
    return properties["S3"].get("s3OutputFormatConfig", {}).get("fileType", "JSON")


def folder_of(file, flow, record, expect):
    """What the case calls the folder: the prefix, and the partition folders below the run's own."""
    if "folder" in expect:
        (prefix,) = expect["objects"]
        day = record["startedAt"].astimezone(datetime.timezone.utc).strftime("%Y/%m/%d")
        assert str(file.parent) == expect["folder"].format(
            prefix=prefix, flow=flow, day=day, execution=record["executionId"])
        return prefix
    parts = list(file.parent.parts)
    parts.remove(flow)
    parts.remove(record["executionId"])
    return "/".join(parts)
