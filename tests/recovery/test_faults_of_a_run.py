"""Things that break while a flow runs: each is a clear error, and nothing is half-done."""

import pytest

from conftest import Sandbox, sandbox_options
from harness import s3_flows, tutorial
from harness.processes import wait_until

MANY = 20_000
QUERY = "/services/data/v58.0/query"


@pytest.fixture(scope="module")
def sandbox(folder):
    server = Sandbox(folder, *sandbox_options(), "--records", f"Account={MANY}")
    yield server
    server.stop()


@pytest.fixture
def table(tidb, database, request):
    name = "t_" + request.node.name[:50]
    tidb.query(tutorial.SF_ACCOUNT_DDL.replace("sf_account", name), database=database)
    return name


def count(tidb, database, table):
    return tidb.query(f"SELECT COUNT(*), COUNT(DISTINCT id) FROM `{table}`", database=database)[0]


def total(sandbox, salesforce_api):
    return salesforce_api.query("SELECT COUNT() FROM Account")["totalSize"]


def test_twenty_thousand_records_arrive_once_each(connected, appflow, tidb, database, table,
                                                  sandbox, salesforce_api):
    appflow.create_flow(**tutorial.flow("many", table=table))
    record = tutorial.run(connected, "many")
    assert record["executionStatus"] == "Successful", record
    wanted = total(sandbox, salesforce_api)
    assert wanted >= MANY
    assert record["executionResult"]["recordsProcessed"] == wanted
    assert count(tidb, database, table) == (wanted, wanted)
    sample = {row[0]: row[1] for row in tidb.query(f"SELECT id, name FROM `{table}`",
                                                   database=database)}
    page = salesforce_api.query_all("SELECT Id, Name FROM Account")["records"]
    assert {row["Id"]: row["Name"] for row in page} == sample


def test_a_table_dropped_between_create_and_run_is_named(connected, appflow, tidb, database, table):
    appflow.create_flow(**tutorial.flow("dropped", table=table))
    tidb.query(f"DROP TABLE `{table}`", database=database)
    record = tutorial.run(connected, "dropped")
    assert record["executionStatus"] == "Error"
    assert table in record["executionResult"]["errorInfo"]["executionMessage"]


def test_a_session_that_expired_is_refreshed_once(connected, appflow, table, sandbox):
    appflow.create_flow(**tutorial.flow("expired", table=table))
    before = sandbox.requests().get("/services/oauth2/token", 0)
    sandbox.fail(401, count=1, path_prefix=QUERY)
    record = tutorial.run(connected, "expired")
    assert record["executionStatus"] == "Successful", record
    assert sandbox.requests()["/services/oauth2/token"] == before + 1


@pytest.mark.parametrize("status", [429, 503])
def test_a_busy_salesforce_is_asked_again(connected, appflow, tidb, database, table, sandbox,
                                          salesforce_api, status):
    appflow.create_flow(**tutorial.flow(f"busy-{status}", table=table))
    sandbox.fail(status, count=2, path_prefix=QUERY)
    record = tutorial.run(connected, f"busy-{status}")
    assert record["executionStatus"] == "Successful", record
    wanted = total(sandbox, salesforce_api)
    assert count(tidb, database, table) == (wanted, wanted)


def test_a_salesforce_that_stays_away_ends_the_run_with_its_name(connected, appflow, table,
                                                                 sandbox):
    appflow.create_flow(**tutorial.flow("away", table=table))
    sandbox.fail(401, count=1000, path_prefix="/services/data")
    try:
        record = tutorial.run(connected, "away")
    finally:
        sandbox.fail(401, count=0, path_prefix="/services/data")
    assert record["executionStatus"] == "Error"
    assert "Salesforce" in record["executionResult"]["errorInfo"]["executionMessage"]


def test_a_run_is_cancelled_though_salesforce_does_not_answer(connected, appflow, table, sandbox):
    appflow.create_flow(**tutorial.flow("mute", table=table))
    before = sandbox.requests().get(QUERY, 0)
    sandbox.fail(503, count=1, path_prefix=QUERY, delay_ms=15_000)
    execution = appflow.start_flow(flowName="mute")["executionId"]
    wait_until(lambda: sandbox.requests().get(QUERY, 0) > before, 30, "a query")
    appflow.cancel_flow_executions(flowName="mute")
    record = s3_flows.wait_for_end(appflow, "mute", seconds=10)
    assert (record["executionId"], record["executionStatus"]) == (execution, "Canceled"), record


def test_the_service_killed_in_mid_run_goes_on_with_it(connected, appflow, tidb, database, table,
                                                       sandbox, salesforce_api):
    appflow.create_flow(**tutorial.flow("killed", table=table))
    execution = appflow.start_flow(flowName="killed")["executionId"]
    wait_until(lambda: count(tidb, database, table)[0] > 0, 30, "the first rows")
    connected.kill()
    assert count(tidb, database, table)[0] < MANY
    connected.start()
    record = tutorial.finished_run(connected, "killed", execution)
    assert record["executionStatus"] == "Successful", record
    wanted = total(sandbox, salesforce_api)
    assert record["executionResult"]["recordsProcessed"] == wanted
    assert count(tidb, database, table) == (wanted, wanted)


def test_a_run_waits_for_a_tidb_that_was_killed(connected, appflow, tidb, database, table, sandbox,
                                                salesforce_api):
    appflow.create_flow(**tutorial.flow("tidb-killed", table=table))
    execution = appflow.start_flow(flowName="tidb-killed")["executionId"]
    wait_until(lambda: count(tidb, database, table)[0] > 0, 30, "the first rows")
    tidb.kill(connected.processes())
    tidb.start()
    record = tutorial.finished_run(connected, "tidb-killed", execution, 120)
    assert record["executionStatus"] == "Successful", record
    wanted = total(sandbox, salesforce_api)
    assert record["executionResult"]["recordsProcessed"] == wanted
    assert count(tidb, database, table) == (wanted, wanted)
