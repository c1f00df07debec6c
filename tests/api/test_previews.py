"""What can be seen before there is a flow: a source's fields, a few records and what would become
of them, S3's buckets."""

import json
import time

import pytest

from conftest import TIDB_PASSWORD, TIDB_USER
from harness import s3_flows, tutorial
from harness.own_operations import ours

ACCOUNTS = "id,name,price\n1,é,1.10\n2,longer than ten,2.20\n3,c,x\n4,,4.40\n5,e,5.50\n6,f,6.60\n"
FIELDS = ("id", "name", "price")


@pytest.fixture(scope="module")
def buckets(service):
    path = service.folder / "data" / "buckets"
    for bucket in ("inbox", "outbox"):
        (path / bucket / "accounts").mkdir(parents=True)
    (path / "inbox" / "accounts" / "one.csv").write_text(ACCOUNTS)
    return path


@pytest.fixture(scope="module")
def tidb_profile(service, tidb, database):
    tutorial.connect_tidb(service, tutorial.tidb_credentials(
        tidb, database, TIDB_USER, TIDB_PASSWORD), name="in-process", label="TiDB")
    tidb.query("CREATE TABLE preview (id BIGINT PRIMARY KEY, name VARCHAR(10),"
               " price DECIMAL(12,2))", database=database)
    return "in-process"


@pytest.fixture(scope="module")
def salesforce(service, sandbox):
    from conftest import SALESFORCE
    tutorial.connect_salesforce(service, sandbox, SALESFORCE)
    return "salesforce"


def custom(side, profile, entity, **more):
    return {"connectorType": "CustomConnector", "apiVersion": "v1", "connectorProfileName": profile,
            f"{side}ConnectorProperties": {"CustomConnector": {"entityName": entity} | more}}


def to_tidb(profile):
    return custom("destination", profile, "preview", writeOperationType="INSERT")


def previewed(service, source, destination=None, tasks=None, **more):
    body = {"sourceFlowConfig": source} | more
    if destination:
        body |= {"destinationFlowConfigList": [destination], "tasks": tasks}
    answer = ours(service, "/preview-records", body)
    assert answer.status_code == 200, answer.text
    return answer.json()


def outcomes(preview):
    return [(record["outcome"], json.loads(record["source"])["id"])
            for record in preview["records"]]


def test_a_source_of_files_shows_its_fields_and_its_first_records(service, buckets):
    preview = previewed(service, s3_flows.source("inbox", "accounts"), maxRecords=2)
    assert preview == {
        "sourceFields": [{"name": name, "label": name, "type": "String"} for name in FIELDS],
        "records": [{"source": '{"id":"1","name":"é","price":"1.10"}'},
                    {"source": '{"id":"2","name":"longer than ten","price":"2.20"}'}]}


def test_each_record_says_what_becomes_of_it(service, buckets, tidb_profile, tidb, database):
    tasks = s3_flows.tasks(FIELDS) + [
        {"taskType": "Validate", "sourceFields": ["name"],
         "connectorOperator": {"S3": "VALIDATE_NON_NULL"},
         "taskProperties": {"VALIDATION_ACTION": "DropRecord"}}]
    preview = previewed(service, s3_flows.source("inbox", "accounts"), to_tidb(tidb_profile), tasks)
    assert outcomes(preview) == [("Mapped", "1"), ("Mapped", "2"), ("Refused", "3"),
                                 ("Filtered", "4"), ("Mapped", "5")]
    mapped, _, refused, filtered, _ = preview["records"]
    assert json.loads(mapped["destination"]) == {"id": 1, "name": "é", "price": 1.1}
    assert refused["field"] == "price" and "destination" not in refused
    assert "'x'" in refused["message"]
    assert filtered["message"] == "The record fails the task Validate name VALIDATE_NON_NULL."
    assert tidb.query("SELECT COUNT(*) FROM preview", database=database) == ((0,),)


def test_an_unfinished_mapping_can_be_looked_at(service, buckets, tidb_profile):
    tasks = s3_flows.tasks(FIELDS)[:1] + s3_flows.tasks(["name"])[1:]
    preview = previewed(service, s3_flows.source("inbox", "accounts"), to_tidb(tidb_profile), tasks,
                        maxRecords=1)
    assert json.loads(preview["records"][0]["destination"]) == {"name": "é"}


def test_a_destination_takes_the_shape_of_what_comes(service, buckets):
    preview = previewed(service, s3_flows.source("inbox", "accounts"),
                        s3_flows.destination("outbox"), s3_flows.tasks(["id", "price"]),
                        maxRecords=1)
    assert json.loads(preview["records"][0]["destination"]) == {"id": "1", "price": "1.10"}
    assert list((buckets / "outbox").rglob("*.*")) == []


@pytest.mark.parametrize("label", ["TiDB", "TiDB-Connector"])
def test_tidb_is_read_as_far_as_the_preview_goes(service, buckets, tidb_profile, tidb, database,
                                                 label):
    profile = f"source-{label}"
    if label != "TiDB":
        tutorial.register_connector(service)
    tutorial.connect_tidb(service, tutorial.tidb_credentials(
        tidb, database, TIDB_USER, TIDB_PASSWORD), name=profile, label=label)
    table = "numbers_" + label.replace("-", "_").lower()
    tidb.query(f"CREATE TABLE {table} (id BIGINT PRIMARY KEY, name VARCHAR(10))", database=database)
    tidb.query(f"INSERT INTO {table} VALUES " + ",".join(
        f"({n}, 'n{n}')" for n in range(5000)), database=database)
    source = custom("source", profile, table)
    preview = previewed(service, source, maxRecords=3)
    assert [json.loads(record["source"])["id"] for record in preview["records"]] == [0, 1, 2]
    assert [field["type"] for field in preview["sourceFields"]] == ["bigint", "varchar(10)"]

    # Those that match come first, wherever they are.
    tasks = [dict(task, connectorOperator={"CustomConnector": task["connectorOperator"]["S3"]})
             for task in s3_flows.tasks(["id", "name"])]
    tasks.append({"taskType": "Filter", "sourceFields": ["id"],
                  "connectorOperator": {"CustomConnector": "GREATER_THAN"},
                  "taskProperties": {"DATA_TYPE": "bigint", "VALUE": "4000"}})
    preview = previewed(service, source, s3_flows.destination("outbox"), tasks, maxRecords=4)
    matching = [("Mapped", 4001), ("Mapped", 4002)]
    if label == "TiDB":  # The protocol's filters have no way to ask for the others.
        assert outcomes(preview) == [*matching, ("Filtered", 0), ("Filtered", 1)]
        assert "does not match" in preview["records"][2]["message"]
    else:
        assert outcomes(preview) == [*matching, ("Mapped", 4003), ("Mapped", 4004)]


def test_salesforce_is_asked_for_no_more_than_is_shown(service, sandbox, salesforce, buckets):
    source = {"connectorType": "Salesforce", "connectorProfileName": salesforce,
              "sourceConnectorProperties": {"Salesforce": {"object": "Account"}}}
    preview = previewed(service, source, maxRecords=2)
    assert [json.loads(record["source"])["Id"] for record in preview["records"]] == [
        row[0] for row in sorted(tutorial.ROWS)[:2]]
    name = next(field for field in preview["sourceFields"] if field["name"] == "Name")
    assert (name["label"], name["type"]) == ("Account Name", "string")

    tasks = [dict(task, connectorOperator={"Salesforce": task["connectorOperator"]["S3"]})
             for task in s3_flows.tasks(["Id", "Name", "Rating"])]
    tasks.append({"taskType": "Filter", "sourceFields": ["Rating"],
                  "connectorOperator": {"Salesforce": "EQUAL_TO"},
                  "taskProperties": {"DATA_TYPE": "picklist", "VALUE": "Hot"}})
    preview = previewed(service, source, s3_flows.destination("outbox"), tasks)
    found = [(record["outcome"], json.loads(record["source"])["Rating"])
             for record in preview["records"]]
    assert found[:2] == [("Mapped", "Hot")] * 2
    assert len(found) == 5 and all(
        outcome == "Filtered" and rating != "Hot" for outcome, rating in found[2:])


@pytest.mark.parametrize("change, status, error, says", [
    ({"maxRecords": 21}, 400, "ValidationException", "maxRecords"),
    ({"sourceFlowConfig": None}, 400, "ValidationException", "sourceFlowConfig"),
    ({"sourceFlowConfig": s3_flows.source("nowhere", "x")}, 404, "ResourceNotFoundException",
     "nowhere"),
    ({"sourceFlowConfig": custom("source", "nobody", "x"), "tasks": None}, 404,
     "ResourceNotFoundException", "nobody"),
    ({"tasks": s3_flows.tasks(["id", "nothing"])}, 400, "ValidationException", "nothing"),
    ({"tasks": s3_flows.tasks(["id"])[1:]}, 400, "ValidationException", "projection"),
])
def test_what_no_flow_could_be_made_of_is_refused_like_the_flow(service, buckets, tidb_profile,
                                                                change, status, error, says):
    body = {"sourceFlowConfig": s3_flows.source("inbox", "accounts"),
            "destinationFlowConfigList": [to_tidb(tidb_profile)],
            "tasks": s3_flows.tasks(FIELDS)} | change
    answer = ours(service, "/preview-records",
                  {name: value for name, value in body.items() if value is not None})
    assert (answer.status_code, answer.headers["x-amzn-ErrorType"]) == (status, error), answer.text
    assert says in answer.json()["message"]


def test_buckets_are_listed_in_order(service, buckets):
    assert ours(service, "/list-buckets", {}).json() == {"buckets": ["inbox", "outbox"]}


def test_the_runs_of_all_flows_are_listed_newest_first(service, appflow, buckets):
    started = time.time()
    for name in ("first", "second"):
        s3_flows.create(appflow, name, s3_flows.source("inbox", "accounts"),
                        s3_flows.destination("outbox"), s3_flows.tasks(FIELDS))
        s3_flows.run(appflow, name)
    again = s3_flows.run(appflow, "first")

    def page(**body):
        return ours(service, "/list-runs", body).json()

    everything = page(startedAfter=started)["runs"]
    assert [run["flowName"] for run in everything] == ["first", "second", "first"]
    newest = everything[0]
    assert newest == {
        "flowName": "first", "executionId": again["executionId"], "executionStatus": "Successful",
        "startedAt": pytest.approx(again["startedAt"].timestamp(), abs=0.001),
        "lastUpdatedAt": pytest.approx(again["lastUpdatedAt"].timestamp(), abs=0.001),
        "recordsProcessed": 6, "recordsRefused": 0, "bytesProcessed": newest["bytesProcessed"],
        "message": newest["message"]}
    paged, token = [], None
    while True:
        answer = page(maxResults=1, startedAfter=started, **({"nextToken": token} if token else {}))
        paged += answer["runs"]
        token = answer.get("nextToken")
        if token is None:
            break
    assert paged == everything
    assert page(startedAfter=newest["startedAt"] + 1) == {"runs": []}
    wrong = ours(service, "/list-runs", {"nextToken": "bm90aGluZw=="})
    assert (wrong.status_code, "nextToken" in wrong.json()["message"]) == (400, True)
