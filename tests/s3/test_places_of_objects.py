"""Where objects are and how many: prefixConfig, aggregation, folders by value."""

import datetime
import itertools
import json
import re

import duckdb
import pytest

from harness import s3_flows

COLUMNS = ("id", "industry", "rating")
UUID = "[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}"
HIERARCHIES = (None, ["EXECUTION_ID"], ["SCHEMA_VERSION"], ["EXECUTION_ID", "SCHEMA_VERSION"])
TYPES = (None, "PATH", "FILENAME", "PATH_AND_FILENAME")
FORMATS = ("YEAR", "MONTH", "DAY", "HOUR", "MINUTE")


@pytest.fixture(scope="module")
def service(service_on_folders):
    return service_on_folders


@pytest.fixture
def bucket(buckets, request):
    """A bucket of the test's own, as a folder."""
    path = buckets / re.sub("[^a-z0-9]+", "-", request.node.name.lower()).strip("-")[-60:]
    (path / "in").mkdir(parents=True)
    return path


def put_rows(bucket, rows):
    lines = [",".join(COLUMNS), *(",".join(row) for row in rows)]
    (bucket / "in" / "rows.csv").write_text("\n".join(lines) + "\n")


def files(bucket):
    return sorted(path.relative_to(bucket) for path in (bucket / "out").rglob("*")
                  if path.is_file())


def lines(bucket, file):
    return [tuple(json.loads(line).values()) for line in (bucket / file).open()]


def expected_key(flow, record, hierarchy, prefix_type, prefix_format):
    """As a regular expression."""
    started = record["startedAt"].astimezone(datetime.timezone.utc)
    unit = FORMATS.index(prefix_format)
    parts = ["out", flow]
    if hierarchy and "SCHEMA_VERSION" in hierarchy:
        parts.append("schemaVersion_1")
    if prefix_type in ("PATH", "PATH_AND_FILENAME"):
        parts += started.strftime("%Y %m %d %H %M").split()[:unit + 1]
    if (hierarchy and "EXECUTION_ID" in hierarchy) or not (hierarchy or prefix_type):
        parts.append(record["executionId"])
    name = ""
    if prefix_type in ("FILENAME", "PATH_AND_FILENAME"):
        name = started.strftime("%Y-%m-%dT%H:%M")[:(4, 7, 10, 13, 16)[unit]] + "-"
    return "/".join([*map(re.escape, parts), re.escape(name) + UUID])


@pytest.mark.parametrize("hierarchy", HIERARCHIES,
                         ids=lambda names: "_".join(names or ["nothing"]).lower())
def test_a_prefix_config_says_where_objects_are(appflow, bucket, hierarchy):
    put_rows(bucket, [("1", "a", "b")])
    for prefix_type, prefix_format in itertools.product(TYPES, FORMATS):
        if prefix_type is None and prefix_format != "YEAR":
            continue
        config = {}
        if hierarchy:
            config["pathPrefixHierarchy"] = hierarchy
        if prefix_type:
            config |= {"prefixType": prefix_type, "prefixFormat": prefix_format}
        flow = "-".join(filter(None, ["of", *(hierarchy or []), prefix_type, prefix_format]))
        s3_flows.create(appflow, flow, s3_flows.source(bucket.name, "in"),
                        s3_flows.destination(bucket.name, "out/", prefixConfig=config),
                        s3_flows.tasks(COLUMNS))
        record = s3_flows.run(appflow, flow)
        (key,) = [str(file) for file in files(bucket) if f"/{flow}/" in str(file)]
        assert re.fullmatch(
            expected_key(flow, record, hierarchy, prefix_type, prefix_format), key), key


def test_runs_of_a_flow_stand_side_by_side(appflow, bucket):
    put_rows(bucket, [("1", "a", "b")])
    s3_flows.create(appflow, "side", s3_flows.source(bucket.name, "in"),
                    s3_flows.destination(bucket.name, prefixConfig={
                        "prefixType": "PATH", "prefixFormat": "YEAR"}),
                    s3_flows.tasks(COLUMNS))
    for _ in range(3):
        s3_flows.run(appflow, "side")
    assert len(files(bucket)) == 3 and len({file.parent for file in files(bucket)}) == 1


def test_a_single_file_is_one_object_of_all_files(appflow, bucket):
    rows = [(str(n), "i", "r") for n in range(90_000)]
    for part in range(3):
        put_rows(bucket, rows[part::3])
        (bucket / "in" / "rows.csv").rename(bucket / "in" / f"{part}.csv")
    s3_flows.create(appflow, "single", s3_flows.source(bucket.name, "in"),
                    s3_flows.destination(bucket.name, aggregationConfig={
                        "aggregationType": "SingleFile"}), s3_flows.tasks(COLUMNS))
    s3_flows.run(appflow, "single")
    (file,) = files(bucket)
    assert sorted(lines(bucket, file)) == sorted(rows)


def test_a_target_size_cuts_what_is_larger(appflow, bucket):
    rows = [(str(n), "i" * 100, "r" * 100) for n in range(30_000)]
    put_rows(bucket, rows)
    s3_flows.create(appflow, "sized", s3_flows.source(bucket.name, "in"),
                    s3_flows.destination(bucket.name, aggregationConfig={
                        "aggregationType": "None", "targetFileSize": 1}),
                    s3_flows.tasks(COLUMNS))
    s3_flows.run(appflow, "sized")
    sizes = sorted((bucket / file).stat().st_size for file in files(bucket))
    assert len(sizes) >= 4 and sizes[-1] < 3 << 20
    assert sorted(row for file in files(bucket) for row in lines(bucket, file)) == sorted(rows)


def test_partition_keys_are_folders_that_others_read(appflow, bucket):
    rows = [("1", "Apparel", "Warm"), ("2", "Apparel", "Very cold"), ("3", "Oil & Gas", "Warm"),
            ("4", "a/b", "50%"), ("5", "Apparel", "Warm"), ("6", "é=😀", "Warm")]
    put_rows(bucket, rows)
    s3_flows.create(appflow, "partitioned", s3_flows.source(bucket.name, "in"),
                    s3_flows.destination(bucket.name, fileType="PARQUET"),
                    s3_flows.tasks(COLUMNS, partition_keys=["industry", "rating"]))
    record = s3_flows.run(appflow, "partitioned")
    top = f"out/partitioned/{record['executionId']}"
    assert {str(file.parent) for file in files(bucket)} == {
        f"{top}/industry={industry}/rating={rating}" for industry, rating in [
            ("Apparel", "Warm"), ("Apparel", "Very cold"), ("Oil & Gas", "Warm"),
            ("a%2Fb", "50%25"), ("é%3D😀", "Warm")]}
    found = duckdb.sql(f"SELECT id, industry, rating FROM read_parquet('{bucket / top}/**/*-*', "
                       "hive_partitioning = true, hive_types_autocast = false) ORDER BY id")
    assert found.fetchall() == rows
