"""What a run leaves behind and what can be done with it: refused records, sending them again,
cancelling, going on after kill -9, numbers. From S3 (folders) into TiDB, which is built in."""

import csv
import itertools
import json
import os
import pty
import re
import subprocess

import pytest
import requests

from conftest import TIDB_PASSWORD, TIDB_USER
from harness import s3_flows, tutorial
from harness.own_operations import ours
from harness.processes import SLUICE, wait_until

MANY = 600_000
NUMBERS = itertools.count()
GOOD, TOO_LONG, NO_NUMBER = ("1", "é", "1.10"), ("2", "longer than ten", "2.20"), ("3", "c", "x")


@pytest.fixture(scope="module")
def buckets(service):
    return service.folder / "data" / "buckets"


@pytest.fixture(scope="module")
def tidb_profile(service, tidb, database):
    tutorial.connect_tidb(service, tutorial.tidb_credentials(
        tidb, database, TIDB_USER, TIDB_PASSWORD), name="in-process", label="TiDB")
    return "in-process"


@pytest.fixture
def make_flow(appflow, buckets, tidb_profile, tidb, database, request):
    """A flow of the test's own: the rows of a file into a table, which is new and empty."""
    name = re.sub(r"\W+", "-", request.node.originalname)[:40] + f"-{next(NUMBERS)}"
    table = name.replace("-", "_")

    def make(rows, tags=None, more_tasks=(), stops=False):
        folder = buckets / "inbox" / name
        folder.mkdir(parents=True)
        (buckets / "errors").mkdir(exist_ok=True)
        with open(folder / "rows.csv", "w", newline="") as file:
            csv.writer(file).writerows([("id", "name", "price"), *rows])
        tidb.query(f"CREATE TABLE `{table}` (id BIGINT PRIMARY KEY, name VARCHAR(10),"
                   " price DECIMAL(12,2))", database=database)
        appflow.create_flow(
            flowName=name, triggerConfig={"triggerType": "OnDemand"}, tags=tags or {},
            sourceFlowConfig=s3_flows.source("inbox", name),
            destinationFlowConfigList=[{
                "connectorType": "CustomConnector", "apiVersion": "v1",
                "connectorProfileName": tidb_profile,
                "destinationConnectorProperties": {"CustomConnector": {
                    "entityName": table, "writeOperationType": "INSERT",
                    "errorHandlingConfig": {"failOnFirstDestinationError": stops,
                                            "bucketName": "errors", "bucketPrefix": "of/flows"}}}}],
            tasks=[*s3_flows.tasks(("id", "name", "price")), *more_tasks])
        return name

    make.table = table
    return make


@pytest.fixture
def rows_of(tidb, database):
    def rows_of(table, what="id, name, price"):
        return [tuple(map(str, row)) for row in
                tidb.query(f"SELECT {what} FROM `{table}` ORDER BY 1", database=database)]
    return rows_of


def command(service, *words):
    return subprocess.run([SLUICE, "run", *words], capture_output=True, text=True, timeout=120,
                          env=service.environment())


def succeeded(service, *words):
    done = command(service, *words)
    assert done.returncode == 0 and done.stderr == "", done
    return done.stdout


def run(service, flow):
    """Runs the flow to its end, whatever that is."""
    service.client("appflow").start_flow(flowName=flow)
    return s3_flows.wait_for_end(service.client("appflow"), flow)


def many_rows(count=MANY):
    return [(number, f"n{number}", f"{number}.25") for number in range(count)]


def records_so_far(appflow, flow):
    return s3_flows.record_of(appflow, flow).get("executionResult", {}).get("recordsProcessed", 0)


def metric(service, name, flow, more=""):
    text = requests.get(f"{service.url}/metrics", timeout=10).text
    found = re.search(rf'^{name}{{flow_name="{flow}"{more}}} (\S+)$', text, re.MULTILINE)
    return float(found[1]) if found else None


def test_refused_records_are_kept_corrected_and_sent_again(service, appflow, buckets, make_flow,
                                                           rows_of, folder):
    flow = make_flow([GOOD, TOO_LONG, NO_NUMBER])
    record = run(service, flow)
    assert record["executionStatus"] == "Successful"
    assert record["executionResult"]["errorInfo"]["putFailuresCount"] == 2
    execution = record["executionId"]
    assert rows_of(make_flow.table) == [GOOD]
    place = f"object '{flow}/rows.csv' in bucket 'inbox'"
    assert record["executionResult"]["errorInfo"]["executionMessage"].startswith(
        f"1 of 3 records written, 2 refused. First: record 2 of {place}: ")

    # The files in the error bucket.
    [file] = [path for path in (buckets / "errors").rglob("*") if path.is_file()]
    assert file.relative_to(buckets / "errors").parts[:4] == ("of", "flows", flow, execution)
    in_file = [json.loads(line) for line in file.open()]
    assert [line["record"]["id"] for line in in_file] == ["2", "3"]
    assert all(line["errorCode"] and line["errorMessage"] for line in in_file)
    assert [line["place"] for line in in_file] == [f"record {n} of {place}" for n in (2, 3)]

    # The dead letters, page by page and as lines.
    page = ours(service, "/list-refused-records",
                {"flowName": flow, "executionId": execution, "maxResults": 1}).json()
    assert [letter["field"] for letter in page["refusedRecords"]] == ["name"]
    assert page["refusedRecords"][0]["place"] == f"record 2 of {place}"
    page = ours(service, "/list-refused-records",
                {"flowName": flow, "executionId": execution, "nextToken": page["nextToken"]}).json()
    assert [letter["field"] for letter in page["refusedRecords"]] == ["price"]
    assert "nextToken" not in page
    letters = folder / "letters.jsonl"
    assert succeeded(service, "refused", flow, execution, "--output", letters) == ""
    assert succeeded(service, "refused", flow, execution) == letters.read_text()
    lines = [json.loads(line) for line in letters.open()]
    assert [line["record"] for line in lines] == [
        dict(zip(("id", "name", "price"), row)) for row in (TOO_LONG, NO_NUMBER)]

    # One is corrected, the other not yet.
    lines[0]["record"]["name"] = "short"
    corrected = folder / "corrected.jsonl"
    corrected.write_text("".join(json.dumps(line) + "\n" for line in lines))
    done = command(service, "replay", flow, execution, "--records", corrected, "--wait")
    assert done.returncode == 1 and "refused again" in done.stderr
    again = re.search(r"by the execution (\S+)", done.stdout)[1]
    assert f"replay of   {execution}" in done.stdout
    assert rows_of(make_flow.table) == [GOOD, ("2", "short", "2.20")]

    # It was sent; its place is among those of the second run.
    done = command(service, "replay", flow, execution, "--records", corrected)
    assert done.returncode == 1 and f"{corrected}: line 1: " in done.stderr and again in done.stderr
    [line] = map(json.loads, succeeded(service, "refused", flow, again).splitlines())
    line["record"]["price"] = "3.30"
    corrected.write_text(json.dumps(line))
    shown = succeeded(service, "replay", flow, again, "--records", corrected, "--wait")
    assert "1 record is sent again" in shown and "Successful" in shown
    assert rows_of(make_flow.table) == [GOOD, ("2", "short", "2.20"), ("3", "c", "3.30")]
    listed = succeeded(service, "list", flow)
    assert listed.count("Successful") == 3


@pytest.mark.parametrize("row, says", [(TOO_LONG, "name"), (NO_NUMBER, "price"),
                                       (("4", "one cell too few"), "2 cells instead of 3")],
                         ids=["destination", "mapping", "source"])
def test_a_run_that_stops_says_at_which_record(service, make_flow, rows_of, row, says):
    flow = make_flow([GOOD, ("5", "e", "5"), ("6", "f", "6"), row, ("7", "g", "7")], stops=True)
    record = run(service, flow)
    assert record["executionStatus"] == "Error"
    place = f"record 4 of object '{flow}/rows.csv' in bucket 'inbox'"
    message = record["executionResult"]["errorInfo"]["executionMessage"]
    assert message.startswith(f"The run was stopped at {place}: ") and says in message
    assert record["executionResult"]["errorInfo"]["putFailuresCount"] == 1
    [letter] = ours(service, "/list-refused-records", {
        "flowName": flow, "executionId": record["executionId"]}).json()["refusedRecords"]
    assert letter["place"] == place
    assert ("7", "g", "7.00") not in rows_of(make_flow.table)


def test_a_terminal_shows_a_table(service, make_flow):
    flow = make_flow([GOOD, ("2", "\x1b[2J" + "é" * 200, "1")])
    execution = run(service, flow)["executionId"]
    terminal, end = pty.openpty()
    done = subprocess.run([SLUICE, "run", "refused", flow, execution], stdout=end, timeout=60,
                          env=service.environment())
    os.close(end)
    shown = b""
    try:
        while piece := os.read(terminal, 65536):
            shown += piece
    except OSError:  # The end of a terminal.
        pass
    os.close(terminal)
    table = shown.decode()
    assert done.returncode == 0 and re.search(r"^\| id +\| field +\| why +\|", table, re.MULTILINE)
    assert "--output FILE" in table
    assert "\x1b" not in table, "what records hold doesn't reach the terminal's controls"
    assert max(map(len, table.splitlines())) < 300


@pytest.mark.parametrize("text, says", [
    ("", "no records"), ("{}\n", "line 1: it has no 'id'"),
    ('\n{"id": "nobody", "record": {}}\n', "line 2: the execution"),
    ('{"id": "a", "record": "b,c"}', "line 1: its 'record' is no JSON object"),
    ('{"id": "a", "record": {}}\n{"id": "a", "record": {}}', "on line 1 already"),
    (None, "can't be read")])
def test_a_file_that_cannot_be_sent_is_refused_by_its_line(service, make_flow, folder, text, says):
    flow = make_flow([GOOD])
    execution = run(service, flow)["executionId"]
    file = folder / "wrong.jsonl"
    file.unlink(missing_ok=True)
    if text is not None:
        file.write_text(text)
    done = command(service, "replay", flow, execution, "--records", file)
    assert done.returncode == 1 and done.stdout == ""
    assert done.stderr.startswith(f"sluice run replay: {file}: ") and says in done.stderr
    assert done.stderr.count("\n") == 1
    assert succeeded(service, "list", flow).count("Successful") == 1


def test_a_run_says_where_time_and_records_went(service, make_flow):
    def task(kind, field, operator, **properties):
        return {"taskType": kind, "sourceFields": [field], "connectorOperator": {"S3": operator},
                "taskProperties": properties}

    flow = make_flow(
        [("1", "a", "1"), ("2", "", "2"), ("3", "c", "3"), ("4", "d", "4")],
        more_tasks=[task("Validate", "name", "VALIDATE_NON_NULL", VALIDATION_ACTION="DropRecord"),
                    task("Filter", "id", "NOT_EQUAL_TO", DATA_TYPE="string", VALUE="3")])
    execution = run(service, flow)["executionId"]
    answer = ours(service, "/describe-run", {"flowName": flow, "executionId": execution})
    assert answer.status_code == 200
    described = answer.json()
    assert (described["recordsProcessed"], described["recordsFiltered"],
            described["recordsRefused"]) == (4, 2, 0)
    assert sum(filtered["records"] for filtered in described["filters"]) == 2
    assert described["guarantee"] == "effectively-once"
    assert set(described["stageSeconds"]) == {"read", "map", "write", "wait"}
    shown = succeeded(service, "show", flow, execution)
    assert "4 processed, 2 filtered, 0 refused" in shown and "VALIDATE_NON_NULL" in shown
    assert "effectively-once" in shown and "s writing" in shown
    # AppFlow's own record of it stays what clients know.
    record = s3_flows.record_of(service.client("appflow"), flow)
    assert record["executionResult"]["recordsProcessed"] == 4


def test_our_operations_are_guarded_as_awss(service, make_flow):
    flow = make_flow([GOOD])
    execution = run(service, flow)["executionId"]
    body = {"flowName": flow, "executionId": execution}
    wrong = ours(service, "/describe-run", body, key=(service.key[0], "not-the-secret"))
    assert wrong.status_code == 403 and "InvalidSignature" in wrong.headers["x-amzn-ErrorType"]
    unsigned = requests.post(f"{service.url}/describe-run", json=body, timeout=10)
    assert unsigned.status_code == 403
    for body, status, says in (({"flowName": flow}, 400, "executionId"),
                               ({"flowName": flow, "executionId": "nobody"}, 404, "nobody"),
                               ({"flowName": "no-flow", "executionId": "x"}, 404, "no-flow")):
        answer = ours(service, "/describe-run", body)
        assert answer.status_code == status and says in answer.json()["message"]


def test_ten_thousand_records_go_into_one_request(service, make_flow):
    flow = make_flow([GOOD])
    execution = run(service, flow)["executionId"]

    def send(records, bytes_each):
        record = json.dumps({"name": "x" * bytes_each})
        return ours(service, "/replay-records", {
            "flowName": flow, "executionId": execution,
            "records": [{"id": f"0/1/{n}", "record": record} for n in range(records)]})

    answer = send(10_000, 1_600)
    assert answer.status_code == 400 and "has no refused record '0/1/0'" in answer.text
    assert send(10_001, 1).status_code == 400
    assert send(10_000, 5_000).status_code == 413


@pytest.mark.parametrize("named", [True, False], ids=["one", "all"])
def test_a_run_is_cancelled_at_a_durable_position(service, appflow, make_flow, rows_of, named):
    flow = make_flow(many_rows())
    execution = appflow.start_flow(flowName=flow)["executionId"]
    wait_until(lambda: records_so_far(appflow, flow) > 0, 60, "the first records")
    assert "InProgress" in succeeded(service, "show", flow, execution)
    which = {"executionIds": [execution, "nobody"]} if named else {}
    canceled = appflow.cancel_flow_executions(flowName=flow, **which)
    assert canceled["invalidExecutions"] == (["nobody"] if named else [])
    record = s3_flows.wait_for_end(appflow, flow)
    assert record["executionStatus"] == "Canceled"
    written = len(rows_of(make_flow.table, "id"))
    assert 0 < written < MANY and written == record["executionResult"]["recordsProcessed"]
    # It has ended, and can't be cancelled any more.
    done = subprocess.run(["aws", "appflow", "cancel-flow-executions", "--flow-name", flow,
                           "--execution-ids", execution],
                          capture_output=True, text=True, timeout=60, env=service.environment())
    assert json.loads(done.stdout)["invalidExecutions"] == [execution], done.stderr


def test_a_flow_that_runs_is_deleted_by_force_only(service, appflow, make_flow):
    flow = make_flow(many_rows())
    appflow.start_flow(flowName=flow)
    wait_until(lambda: records_so_far(appflow, flow) > 0, 60, "the first records")
    with pytest.raises(appflow.exceptions.ConflictException, match="in progress"):
        appflow.delete_flow(flowName=flow)
    assert metric(service, "sluice_flow_executions_in_progress", flow) == 1
    appflow.delete_flow(flowName=flow, forceDelete=True)
    with pytest.raises(appflow.exceptions.ResourceNotFoundException):
        appflow.describe_flow(flowName=flow)
    assert metric(service, "sluice_flow_executions_in_progress", flow) is None


@pytest.mark.parametrize("how", ["kill", "stop"])
def test_a_run_goes_on_after_a_restart(service, appflow, make_flow, rows_of, how):
    flow = make_flow(many_rows(), tags={"sluice:csvDelimiter": "comma"})
    execution = appflow.start_flow(flowName=flow)["executionId"]
    wait_until(lambda: records_so_far(appflow, flow) > 0, 60, "the first records")
    getattr(service, how)()
    service.start()
    before = records_so_far(appflow, flow)
    assert s3_flows.record_of(appflow, flow)["executionId"] == execution
    record = s3_flows.wait_for_end(appflow, flow, 120)
    assert (record["executionId"], record["executionStatus"]) == (execution, "Successful"), record
    assert record["executionResult"]["recordsProcessed"] == MANY > before
    assert rows_of(make_flow.table, "COUNT(*), COUNT(DISTINCT id), SUM(id)") == [
        (str(MANY), str(MANY), str(MANY * (MANY - 1) // 2))]
    described = ours(service, "/describe-run",
                     {"flowName": flow, "executionId": execution}).json()
    assert described["guarantee"] == "effectively-once" and described["recordsRepeated"] == 0
    # This process has not started it, but it ended here.
    assert metric(service, "sluice_flow_executions_started_total", flow) == 0
    assert metric(service, "sluice_flow_executions_succeeded_total", flow) == 1


def test_a_cancelled_run_stays_cancelled_after_kill_9(service, appflow, make_flow, rows_of):
    flow = make_flow(many_rows())
    execution = appflow.start_flow(flowName=flow)["executionId"]
    wait_until(lambda: records_so_far(appflow, flow) > 0, 60, "the first records")
    appflow.cancel_flow_executions(flowName=flow)
    service.kill()
    service.start()
    record = s3_flows.wait_for_end(appflow, flow)
    assert (record["executionId"], record["executionStatus"]) == (execution, "Canceled")
    assert len(rows_of(make_flow.table, "id")) < MANY


def test_numbers_are_there_for_prometheus(service, appflow, make_flow):
    flow = make_flow([GOOD, TOO_LONG])
    run(service, flow)
    answer = requests.get(f"{service.url}/metrics", timeout=10)
    assert answer.status_code == 200
    assert answer.headers["Content-Type"].startswith("text/plain; version=0.0.4")
    for name, value in (("sluice_flow_executions_started_total", 1),
                        ("sluice_flow_executions_succeeded_total", 1),
                        ("sluice_flow_executions_failed_total", 0),
                        ("sluice_flow_execution_duration_seconds_count", 1),
                        ("sluice_flow_execution_records_processed_total", 2),
                        ("sluice_flow_records_refused_total", 1)):
        assert metric(service, name, flow) == value, name
    assert metric(service, "sluice_flow_bytes_processed_total", flow) > 0
    assert all(metric(service, "sluice_flow_stage_seconds_total", flow, f',stage="{stage}"') >= 0
               for stage in ("read", "map", "write", "wait"))
    assert re.search(r"^process_resident_memory_bytes \d", answer.text, re.MULTILINE)
    appflow.delete_flow(flowName=flow)
    assert flow not in requests.get(f"{service.url}/metrics", timeout=10).text
    assert requests.post(f"{service.url}/metrics", timeout=10).status_code == 403


def test_the_command_says_what_is_missing(service):
    environment = service.environment()
    for missing in ("AWS_ENDPOINT_URL", "AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
        done = subprocess.run([SLUICE, "run", "list", "any"], capture_output=True, text=True,
                              timeout=20,
                              env={name: value for name, value in environment.items()
                                   if name != missing})
        assert done.returncode == 1 and missing in done.stderr and done.stdout == ""
    done = command(service, "list", "no-such-flow")
    assert done.returncode == 1 and "Flow with name no-such-flow does not exist" in done.stderr
