"""Files of each format become files of each format, and what comes of them is read by programs that
know nothing of Sluice: DuckDB and pyarrow."""

import decimal
import gzip
import io
import json
import sys

import duckdb
import pyarrow
import pyarrow.parquet
import pytest

from conftest import ROOT_KEY, S3_KEY
from harness import s3_flows
from harness.service import Service

FORMATS = ("CSV", "JSON", "PARQUET")
COLUMNS = ("id", "name", "note")
ROWS = [
    ("1", "plain", "a note"),
    ("2", "Zoë \"quoted\", with commas", "two\nlines"),
    ("3", "日本語 😀", "\r\n\ttabs; 'and' \\ more"),
    ("4", "null", " spaces around "),
    ("5", "-0", "1e5"),
    ("6", "{\"a\": [1]}", ","),
    ("7", "", None),
]


@pytest.fixture(scope="module")
def service(folder, s3):
    server = Service(folder, ROOT_KEY, "--python", sys.executable, "--s3", s3.url, environment={
        "AWS_ACCESS_KEY_ID": S3_KEY[0], "AWS_SECRET_ACCESS_KEY": S3_KEY[1]})
    yield server
    server.stop()


def encode(file_type, rows):
    if file_type == "CSV":
        def cell(value):
            return "" if value is None else '"' + value.replace('"', '""') + '"'
        return "".join(",".join(map(cell, row)) + "\r\n" for row in [COLUMNS, *rows]).encode()
    if file_type == "JSON":
        return "".join(json.dumps(dict(zip(COLUMNS, row)), ensure_ascii=False) + "\n"
                       for row in rows).encode()
    out = io.BytesIO()
    columns = [pyarrow.array(column, pyarrow.string()) for column in zip(*rows)]
    pyarrow.parquet.write_table(pyarrow.table(columns, names=list(COLUMNS)), out)
    return out.getvalue()


def decode(file_type, content, folder):
    """By DuckDB, which for this purpose is nobody's friend."""
    path = folder / f"decoded.{file_type.lower()}"
    path.write_bytes(content)
    read = {
        "CSV": f"read_csv('{path}', header = true, all_varchar = true, delim = ',', quote = '\"',"
               " escape = '\"', allow_quoted_nulls = false)",
        "JSON": f"read_json('{path}', format = 'newline_delimited', columns = "
                "{id: 'VARCHAR', name: 'VARCHAR', note: 'VARCHAR'})",
        "PARQUET": f"read_parquet('{path}')"}[file_type]
    return duckdb.sql(f"SELECT * FROM {read} ORDER BY id").fetchall()


@pytest.mark.parametrize("target", FORMATS)
@pytest.mark.parametrize("origin", FORMATS)
def test_every_format_becomes_every_format(appflow, s3, bucket, folder, origin, target):
    s3.put(bucket, "in/file", encode(origin, ROWS))
    name = f"{origin}-{target}"
    is_parquet = origin == "PARQUET"
    s3_flows.create(appflow, name, s3_flows.source(bucket, "in", None if is_parquet else origin),
                    s3_flows.destination(bucket, fileType=target), s3_flows.tasks(COLUMNS),
                    tags=s3_flows.FROM_PARQUET if is_parquet else None)
    record = s3_flows.run(appflow, name)
    objects = s3.objects(bucket, "out/")
    (content,) = objects.values()
    assert decode(target, content, folder) == ROWS
    assert record["executionResult"]["recordsProcessed"] == len(ROWS)
    assert record["executionResult"]["bytesWritten"] == len(content)


@pytest.mark.parametrize("origin", ["CSV", "JSON"])
def test_compressed_files_are_read(appflow, s3, bucket, folder, origin):
    s3.put(bucket, f"in/one.{origin.lower()}.gz", gzip.compress(encode(origin, ROWS[:3])))
    s3.put(bucket, f"in/two.{origin.lower()}", encode(origin, ROWS[3:]))
    name = f"gzip-{origin}"
    s3_flows.create(appflow, name, s3_flows.source(bucket, "in", origin),
                    s3_flows.destination(bucket, fileType="JSON"), s3_flows.tasks(COLUMNS))
    s3_flows.run(appflow, name)
    content = b"".join(s3.objects(bucket, "out/").values())
    assert decode("JSON", content, folder) == ROWS


def test_parquet_keeps_the_types_of_the_source_where_it_is_told_to(appflow, s3, bucket):
    table = pyarrow.table({
        "i16": pyarrow.array([-32768, None], pyarrow.int16()),
        "i32": pyarrow.array([2147483647, None], pyarrow.int32()),
        "i64": pyarrow.array([-9223372036854775808, None], pyarrow.int64()),
        "f64": pyarrow.array([0.1, None], pyarrow.float64()),
        "flag": pyarrow.array([True, None], pyarrow.bool_()),
        "day": pyarrow.array([-1, None], pyarrow.date32()),
        "at": pyarrow.array([1, None], pyarrow.timestamp("us", "UTC")),
        "money": pyarrow.array([decimal.Decimal("-12345678901234567890.12"), None],
                               pyarrow.decimal128(22, 2)),
        "raw": pyarrow.array([b"\x00\xff", None], pyarrow.binary()),
        "text": pyarrow.array(["é", None], pyarrow.string()),
    })
    out = io.BytesIO()
    pyarrow.parquet.write_table(table, out)
    s3.put(bucket, "in/file", out.getvalue())
    for name, keeps in (("typed", True), ("text", False)):
        s3_flows.create(
            appflow, name, s3_flows.source(bucket, "in"),
            s3_flows.destination(bucket, name, fileType="PARQUET", preserveSourceDataTyping=keeps),
            s3_flows.tasks(table.column_names), tags=s3_flows.FROM_PARQUET)
        s3_flows.run(appflow, name)
    typed, text = (pyarrow.parquet.read_table(io.BytesIO(*s3.objects(bucket, name).values()))
                   for name in ("typed/", "text/"))
    assert typed.to_pydict() == table.to_pydict()
    assert {str(field.type) for field in text.schema} == {"string"}
    assert text.slice(0, 1).to_pylist() == [{
        "i16": "-32768", "i32": "2147483647", "i64": "-9223372036854775808", "f64": "0.1",
        "flag": "true", "day": "1969-12-31", "at": "1970-01-01T00:00:00.000001Z",
        "money": "-12345678901234567890.12", "raw": "AP8=", "text": "é"}]
    assert set(text.slice(1, 1).to_pylist()[0].values()) == {None}


def test_no_records_are_no_object(appflow, s3, bucket):
    s3.put(bucket, "in/empty.csv", ",".join(COLUMNS) + "\n")
    s3_flows.create(appflow, "empty", s3_flows.source(bucket, "in"),
                    s3_flows.destination(bucket, fileType="CSV"), s3_flows.tasks(COLUMNS))
    record = s3_flows.run(appflow, "empty")
    assert record["executionResult"]["recordsProcessed"] == 0
    assert s3.keys(bucket, "out/") == []


def test_numbers_that_json_lacks_refuse_their_records_and_stay_in_parquet(appflow, s3, bucket):
    table = pyarrow.table({"id": ["a", "b", "c"], "number": [float("-inf"), 1.5, float("nan")]})
    out = io.BytesIO()
    pyarrow.parquet.write_table(table, out)
    s3.put(bucket, "in/file", out.getvalue())

    def copied(name, **file_format):
        s3_flows.create(appflow, name, s3_flows.source(bucket, "in"),
                        s3_flows.destination(bucket, name, **file_format),
                        s3_flows.tasks(table.column_names), tags=s3_flows.FROM_PARQUET)
        result = s3_flows.run(appflow, name)["executionResult"]
        (content,) = s3.objects(bucket, f"{name}/").values()
        return content, result.get("errorInfo")

    content, errors = copied("infinite-json", fileType="JSON")
    assert content == b'{"id":"b","number":1.5}\n'
    assert errors["putFailuresCount"] == 2
    assert "field 'number': NaN and infinite numbers" in errors["executionMessage"]

    content, errors = copied("infinite-parquet", fileType="PARQUET", preserveSourceDataTyping=True)
    numbers = pyarrow.parquet.read_table(io.BytesIO(content))["number"]
    assert str(numbers.to_pylist()) == "[-inf, 1.5, nan]"
    assert errors is None
