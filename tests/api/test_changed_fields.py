"""What has become of the fields of a flow since it was saved, and what a run says of it."""

import subprocess

import pytest

from conftest import TIDB_PASSWORD, TIDB_USER
from harness import s3_flows, tutorial
from harness.own_operations import ours
from harness.processes import SLUICE

NOTHING = {"added": [], "removed": [], "changed": []}
PROFILE = "in-process"


@pytest.fixture(scope="module")
def connection(service, tidb, database):
    tutorial.connect_tidb(service, tutorial.tidb_credentials(
        tidb, database, TIDB_USER, TIDB_PASSWORD), name=PROFILE, label="TiDB")


@pytest.fixture
def sql(tidb, database):
    return lambda statement: tidb.query(statement, database=database)


@pytest.fixture
def flow(appflow, connection, sql, request):
    """A flow from a table to a table, named as the test."""
    name = request.node.name.replace("test_", "")[:40]
    for side in ("from", "to"):
        sql(f"CREATE TABLE {side}_{name} (id BIGINT PRIMARY KEY, name VARCHAR(10), price INT)")
    sql(f"INSERT INTO from_{name} VALUES (1, 'a', 2)")
    create(appflow, name)
    return name


def side(which, entity, **more):
    return {"connectorType": "CustomConnector", "apiVersion": "v1", "connectorProfileName": PROFILE,
            f"{which}ConnectorProperties": {"CustomConnector": {"entityName": entity} | more}}


def tasks(*fields):
    return [task | {"connectorOperator": {"CustomConnector": task["connectorOperator"]["S3"]}}
            for task in s3_flows.tasks(fields)]


def create(appflow, name, to=None, flow_tasks=None, tags=None):
    s3_flows.create(appflow, name, side("source", f"from_{name}"), side(
        "destination", to or f"to_{name}", writeOperationType="INSERT"),
        flow_tasks or tasks("id", "name"), tags)


def update(appflow, name):
    described = appflow.describe_flow(flowName=name)
    appflow.update_flow(flowName=name, **{member: described[member] for member in (
        "triggerConfig", "sourceFlowConfig", "destinationFlowConfigList", "tasks")})


def compared(service, name):
    answer = ours(service, "/compare-fields", {"flowName": name})
    assert answer.status_code == 200, answer.text
    return answer.json()


def test_fields_that_are_added_dropped_and_changed(service, appflow, sql, flow):
    assert compared(service, flow) == {"source": NOTHING, "destination": NOTHING}
    sql(f"ALTER TABLE from_{flow} ADD COLUMN city VARCHAR(20)")
    sql(f"ALTER TABLE from_{flow} DROP COLUMN price")
    sql(f"ALTER TABLE from_{flow} MODIFY COLUMN name VARCHAR(30)")
    sql(f"ALTER TABLE to_{flow} MODIFY COLUMN price BIGINT")
    name = {"name": "name", "label": "name", "typeBefore": "varchar(10)", "type": "varchar(30)",
            "isUsed": True}
    price = {"name": "price", "label": "price"}
    changes = compared(service, flow)
    assert changes == {
        "source": {
            "added": [{"name": "city", "label": "city", "type": "varchar(20)", "isUsed": False}],
            "removed": [price | {"type": "int", "isUsed": False}],
            "changed": [name]},
        "destination": NOTHING | {
            "changed": [price | {"typeBefore": "int", "type": "bigint", "isUsed": False}]}}
    # It runs all the same, and the fields are known again once the flow is saved.
    s3_flows.run(appflow, flow)
    assert compared(service, flow) == changes
    update(appflow, flow)
    assert compared(service, flow) == {"source": NOTHING, "destination": NOTHING}


@pytest.mark.parametrize("at, says", [("from", "The source entity"), ("to", "The destination entity")])
def test_a_run_names_the_field_that_vanished_its_side_and_what_to_do(service, appflow, sql,
                                                                     connection, at, says):
    name = f"vanished_{at}"
    for table in ("from", "to"):
        sql(f"CREATE TABLE {table}_{name} (id BIGINT PRIMARY KEY, name VARCHAR(10))")
    create(appflow, name)
    sql(f"ALTER TABLE {at}_{name} DROP COLUMN name")
    changes = compared(service, name)
    assert changes["source" if at == "from" else "destination"] == NOTHING | {
        "removed": [{"name": "name", "label": "name", "type": "varchar(10)", "isUsed": True}]}
    assert changes["destination" if at == "from" else "source"] == NOTHING
    assert changes["message"] == f"{says} '{at}_{name}' has no field 'name'."
    run = s3_flows.run_to_end(appflow, name)
    assert run["executionStatus"] == "Error"
    message = run["executionResult"]["errorInfo"]["executionMessage"]
    assert message.startswith(changes["message"]) and "edit the flow" in message


def test_a_column_that_nothing_fills_is_told_before_the_run(service, sql, flow):
    sql(f"ALTER TABLE to_{flow} ADD COLUMN kind INT NOT NULL")
    sql(f"ALTER TABLE to_{flow} ALTER COLUMN kind DROP DEFAULT")
    changes = compared(service, flow)
    assert [field["name"] for field in changes["destination"]["added"]] == ["kind"]
    assert "'kind'" in changes["message"] and "must not be null" in changes["message"]


def test_a_table_that_the_first_run_makes_is_as_it_was_planned(service, appflow, connection, sql):
    name = "made"
    sql(f"CREATE TABLE from_{name} (id BIGINT PRIMARY KEY, name VARCHAR(10), price DECIMAL(8,2),"
        " at DATETIME)")
    map_all = [{"taskType": "Map_all", "sourceFields": [], "taskProperties": {},
                "connectorOperator": {"CustomConnector": "NO_OP"}}]
    create(appflow, name, flow_tasks=map_all, tags={"sluice:createTable": "true"})
    assert compared(service, name) == {"source": NOTHING, "destination": NOTHING}
    s3_flows.run(appflow, name)
    assert compared(service, name) == {"source": NOTHING, "destination": NOTHING}
    # All fields are mapped: the new one has no column to go to.
    sql(f"ALTER TABLE from_{name} ADD COLUMN city VARCHAR(20)")
    changes = compared(service, name)
    assert changes["source"]["added"] == [
        {"name": "city", "label": "city", "type": "varchar(20)", "isUsed": True}]
    assert changes["message"] == "The destination entity 'to_made' has no field 'city'."


def test_the_command_line_shows_the_same(service, sql, flow):
    def check():
        done = subprocess.run([SLUICE, "run", "check", flow], capture_output=True, text=True,
                              timeout=20, env=service.environment())
        return done.returncode, done.stdout, done.stderr
    assert check() == (0, "The fields are as they were when the flow was saved.\n", "")
    sql(f"ALTER TABLE to_{flow} MODIFY COLUMN price BIGINT")
    status, table, _ = check()
    assert status == 0
    assert [cell.strip() for cell in table.splitlines()[3].split("|")[1:-1]] == [
        "destination", "price", "changed", "int", "bigint", "no"]
    sql(f"ALTER TABLE from_{flow} DROP COLUMN name")
    status, table, reason = check()
    assert status == 1 and "removed" in table
    assert reason == ("sluice run check: a run would fail: "
                      f"The source entity 'from_{flow}' has no field 'name'.\n")


def test_what_cannot_be_compared_says_why(service, sql, flow):
    sql(f"DROP TABLE from_{flow}")
    answer = ours(service, "/compare-fields", {"flowName": flow})
    assert (answer.status_code, answer.headers["x-amzn-ErrorType"]) == (
        404, "ResourceNotFoundException")
    assert answer.json()["message"].startswith(f"The source entity 'from_{flow}': ")
    answer = ours(service, "/compare-fields", {"flowName": "nobody"})
    assert (answer.status_code, "nobody" in answer.json()["message"]) == (404, True)
