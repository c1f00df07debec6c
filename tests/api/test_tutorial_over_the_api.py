"""The tutorial through boto3: Salesforce's Account object into TiDB's sf_account table."""

import pytest
from harness import tutorial


def rows(tidb, database, table="sf_account"):
    return tidb.query(f"SELECT * FROM `{table}` ORDER BY id COLLATE utf8mb4_bin",
                      database=database)


def in_order(wanted):
    return tuple(sorted(wanted, key=lambda row: row[0].encode()))


def test_the_thirteen_rows_arrive(connected, appflow, tidb, database, sandbox):
    entities = appflow.list_connector_entities(
        connectorProfileName="tidb", connectorType="CustomConnector", apiVersion="v1")
    assert "sf_account" in [entity["name"] for group in entities["connectorEntityMap"].values()
                            for entity in group]
    fields = appflow.describe_connector_entity(
        connectorEntityName="sf_account", connectorProfileName="tidb",
        connectorType="CustomConnector", apiVersion="v1")["connectorEntityFields"]
    assert [field["identifier"] for field in fields] == list(tutorial.MAPPINGS.values())
    assert [field["identifier"] for field in fields if field.get("isPrimaryKey")] == ["id"]

    labels = {field["identifier"]: field["label"] for field in appflow.describe_connector_entity(
        connectorEntityName="Account", connectorProfileName="salesforce",
        connectorType="Salesforce")["connectorEntityFields"]}
    assert [labels[name] for name in tutorial.MAPPINGS] == [
        "Account ID", "Account Name", "Account Type", "Billing State/Province", "Account Rating",
        "Industry"]

    created = appflow.create_flow(**tutorial.flow())
    assert created["flowStatus"] == "Active"
    record = tutorial.run(connected, "account-to-tidb")
    assert record["executionStatus"] == "Successful", record
    result = record["executionResult"]
    assert result["recordsProcessed"] == 13
    assert result["bytesProcessed"] > 0 and result["bytesWritten"] > 0
    assert record["startedAt"] <= record["lastUpdatedAt"]
    assert rows(tidb, database) == in_order(tutorial.ROWS)


def test_a_second_insert_is_refused_and_suggests_upsert(connected, tidb, database):
    record = tutorial.run(connected, "account-to-tidb")
    assert record["executionStatus"] == "Error"
    message = record["executionResult"]["errorInfo"]["executionMessage"]
    assert "001Do000003EDT" in message and "upsert" in message.lower()
    assert rows(tidb, database) == in_order(tutorial.ROWS)


def test_a_second_insert_that_goes_on_counts_each_refused_record(connected, appflow):
    appflow.create_flow(**tutorial.flow("goes-on", stop=False))
    record = tutorial.run(connected, "goes-on")
    assert record["executionResult"]["errorInfo"]["putFailuresCount"] == 13


def test_upsert_takes_over_what_changed_and_adds_what_is_new(connected, appflow, tidb, database,
                                                             sandbox, salesforce_api):
    salesforce_api.Account.update("001Do000003EDTZIA4", {"Rating": "Cold"})
    new = salesforce_api.Account.create({"Name": "Café Zürich 北京", "Industry": "Hospitality"})
    try:
        appflow.create_flow(**tutorial.flow("upserts", "UPSERT", ["id"]))
        record = tutorial.run(connected, "upserts")
        assert record["executionStatus"] == "Successful", record
        changed = {row[0]: row for row in rows(tidb, database)}
        assert len(changed) == 14
        assert changed["001Do000003EDTZIA4"][4] == "Cold"
        assert changed[new["id"]] == (new["id"], "Café Zürich 北京", "", "", "", "Hospitality")
    finally:
        salesforce_api.Account.delete(new["id"])
        salesforce_api.Account.update("001Do000003EDTZIA4", {"Rating": "Hot"})
        tidb.query("DELETE FROM sf_account WHERE id = %s", new["id"], database=database)


def test_update_changes_only_the_mapped_columns_of_rows_that_are_there(
        connected, appflow, tidb, database):
    tidb.query("DELETE FROM sf_account WHERE id = '001Do000003EDTlIAO'", database=database)
    tidb.query("UPDATE sf_account SET rating = 'x', industry = 'y'", database=database)
    appflow.create_flow(**tutorial.flow(
        "updates", "UPDATE", ["id"], mappings={"Id": "id", "Rating": "rating"}, stop=False))
    record = tutorial.run(connected, "updates")
    assert record["executionResult"]["errorInfo"]["putFailuresCount"] == 1
    assert "001Do000003EDTlIAO" in record["executionResult"]["errorInfo"]["executionMessage"]
    ratings = {row[0]: row[4] for row in tutorial.ROWS if row[0] != "001Do000003EDTlIAO"}
    assert {row[0]: row[4] for row in rows(tidb, database)} == ratings
    assert {row[5] for row in rows(tidb, database)} == {"y"}


@pytest.mark.parametrize("name, filters, wanted", [
    ("hot", [tutorial.equal_to("Rating", "Hot")], lambda row: row[4] == "Hot"),
    ("two", [{"taskType": "Filter", "sourceFields": ["BillingState"],
              "connectorOperator": {"Salesforce": "EQUAL_TO"},
              "taskProperties": {"DATA_TYPE": "picklist", "VALUES": "TX,NY"}}],
     lambda row: row[3] in ("TX", "NY")),
    ("contains", [{"taskType": "Filter", "sourceFields": ["Name"],
                   "connectorOperator": {"Salesforce": "CONTAINS"},
                   "taskProperties": {"DATA_TYPE": "string", "VALUE": "United Oil & Gas, "}}],
     lambda row: row[1].startswith("United Oil & Gas, ")),
    ("both", [tutorial.equal_to("Industry", "Energy", "picklist"),
              tutorial.equal_to("Rating", "Hot", "picklist")],
     lambda row: row[4] == "Hot" and row[5] == "Energy"),
    ("none", [tutorial.equal_to("Name", "it's \"nobody\" \\ here")], lambda row: False),
])
def test_a_filter_is_applied_by_salesforce(connected, appflow, tidb, database, name, filters,
                                           wanted):
    tidb.query(tutorial.SF_ACCOUNT_DDL.replace("sf_account", f"sf_{name}"), database=database)
    appflow.create_flow(**tutorial.flow(f"filter-{name}", table=f"sf_{name}", filters=filters))
    record = tutorial.run(connected, f"filter-{name}")
    expected = in_order(row for row in tutorial.ROWS if wanted(row))
    assert record["executionStatus"] == "Successful", record
    assert record["executionResult"]["recordsProcessed"] == len(expected)
    assert rows(tidb, database, f"sf_{name}") == expected


def test_runs_are_listed_newest_first_and_in_pages(connected, appflow):
    everything = appflow.describe_flow_execution_records(flowName="account-to-tidb")
    ids = [record["executionId"] for record in everything["flowExecutions"]]
    assert len(ids) == 2
    first = appflow.describe_flow_execution_records(flowName="account-to-tidb", maxResults=1)
    second = appflow.describe_flow_execution_records(
        flowName="account-to-tidb", maxResults=1, nextToken=first["nextToken"])
    assert [page["flowExecutions"][0]["executionId"] for page in (first, second)] == ids
    assert "nextToken" not in second
    started = [record["startedAt"] for record in everything["flowExecutions"]]
    assert started == sorted(started, reverse=True)
