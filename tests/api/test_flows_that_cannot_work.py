"""A flow that can't work is refused when it is created, with the sentence that says why."""

import pytest
from botocore.exceptions import ClientError

from harness import tutorial


def refuse(appflow, code, says, **arguments):
    with pytest.raises(ClientError, match=says) as refused:
        appflow.create_flow(**tutorial.flow(**arguments))
    assert refused.value.response["Error"]["Code"] == code
    assert appflow.list_flows()["flows"] == []


def test_a_column_that_does_not_exist(connected, appflow):
    refuse(appflow, "ValidationException", "no_such_column",
           mappings=tutorial.MAPPINGS | {"Phone": "no_such_column"})


def test_a_source_field_that_does_not_exist(connected, appflow):
    refuse(appflow, "ValidationException", "NoSuchField",
           mappings=tutorial.MAPPINGS | {"NoSuchField": "name"})


def test_a_table_that_does_not_exist(connected, appflow):
    refuse(appflow, "ResourceNotFoundException", "no_such_table", table="no_such_table")


def test_an_upsert_without_id_fields(connected, appflow):
    refuse(appflow, "ValidationException", "idFieldNames", operation="UPSERT")


def test_a_primary_key_that_nothing_fills(connected, appflow):
    refuse(appflow, "ValidationException", "'id'", mappings={"Name": "name"})


def test_a_task_without_the_property_that_it_needs(connected, appflow):
    truncate = {"taskType": "Truncate", "sourceFields": ["Name"],
                "connectorOperator": {"Salesforce": "NO_OP"}, "taskProperties": {}}
    arguments = tutorial.flow()
    arguments["tasks"].append(truncate)
    with pytest.raises(appflow.exceptions.ValidationException, match="TRUNCATE_LENGTH"):
        appflow.create_flow(**arguments)


def test_a_property_that_no_task_has(connected, appflow):
    arguments = tutorial.flow()
    arguments["tasks"][1]["taskProperties"] = {"ORDERED_PARTITION_KEYS": "[]"}
    with pytest.raises(appflow.exceptions.ValidationException, match="taskProperties"):
        appflow.create_flow(**arguments)


def test_no_projection_at_all(connected, appflow):
    arguments = tutorial.flow()
    arguments["tasks"] = [task for task in arguments["tasks"] if task["taskType"] == "Map"]
    with pytest.raises(appflow.exceptions.ValidationException, match="projection"):
        appflow.create_flow(**arguments)


def test_a_connection_that_does_not_exist(connected, appflow):
    arguments = tutorial.flow()
    arguments["sourceFlowConfig"]["connectorProfileName"] = "nobody"
    with pytest.raises(appflow.exceptions.ResourceNotFoundException, match="nobody"):
        appflow.create_flow(**arguments)


def test_a_schedule(connected, appflow):
    arguments = tutorial.flow()
    arguments["triggerConfig"] = {"triggerType": "Scheduled", "triggerProperties": {
        "Scheduled": {"scheduleExpression": "rate(5minutes)"}}}
    with pytest.raises(appflow.exceptions.ValidationException, match="OnDemand"):
        appflow.create_flow(**arguments)


def test_the_life_of_a_flow(connected, appflow):
    arguments = tutorial.flow("life") | {"description": "first", "tags": {"team": "a"}}
    arn = appflow.create_flow(**arguments)["flowArn"]
    described = appflow.describe_flow(flowName="life")
    assert described["flowArn"] == arn
    for member in ("sourceFlowConfig", "destinationFlowConfigList", "triggerConfig", "tasks",
                   "description", "tags"):
        assert described[member] == arguments[member], member
    assert described["schemaVersion"] == 1 and "lastRunExecutionDetails" not in described

    with pytest.raises(appflow.exceptions.ConflictException, match="life"):
        appflow.create_flow(**arguments)
    change = tutorial.flow("life", mappings={"Id": "id", "Name": "name"})
    assert appflow.update_flow(**change)["flowStatus"] == "Active"
    described = appflow.describe_flow(flowName="life")
    assert described["schemaVersion"] == 2 and "description" not in described
    assert described["tags"] == {"team": "a"}

    [listed] = appflow.list_flows()["flows"]
    assert (listed["flowName"], listed["sourceConnectorType"], listed["destinationConnectorLabel"],
            listed["triggerType"]) == ("life", "Salesforce", "TiDB-Connector", "OnDemand")
    with pytest.raises(appflow.exceptions.ConflictException, match="life"):
        appflow.delete_connector_profile(connectorProfileName="tidb")
    appflow.delete_flow(flowName="life")
    with pytest.raises(appflow.exceptions.ResourceNotFoundException, match="life"):
        appflow.describe_flow(flowName="life")


def test_flows_come_in_complete_pages(connected, appflow):
    names = [f"page-{n:02}" for n in range(25)]
    for name in names:
        appflow.create_flow(**tutorial.flow(name))
    listed, token = [], {}
    while True:
        page = appflow.list_flows(maxResults=10, **token)
        assert len(page["flows"]) <= 10
        listed += [flow["flowName"] for flow in page["flows"]]
        if "nextToken" not in page:
            break
        token = {"nextToken": page["nextToken"]}
    assert listed == names
    with pytest.raises(appflow.exceptions.ValidationException):
        appflow.list_flows(nextToken="made-up")
    for name in names:
        appflow.delete_flow(flowName=name)


def test_the_same_client_token_creates_once(connected, appflow):
    arguments = tutorial.flow("once") | {"clientToken": "token-1"}
    assert appflow.create_flow(**arguments) ["flowArn"] == appflow.create_flow(**arguments)["flowArn"]
    with pytest.raises(appflow.exceptions.ConflictException):
        appflow.create_flow(**(arguments | {"description": "other"}))
    appflow.delete_flow(flowName="once")
