"""S3 and TiDB, which are there without being registered: what the API says of them, and flows that
it refuses."""

import json
import subprocess

import pytest
from botocore.exceptions import ClientError

from conftest import TIDB_PASSWORD, TIDB_USER
from harness import s3_flows, tutorial

FIELDS = ("id", "name")


@pytest.fixture(scope="module")
def buckets(service):
    path = service.folder / "data" / "buckets"
    for bucket in ("inbox", "outbox", "empty"):
        (path / bucket).mkdir(parents=True)
    (path / "inbox" / "accounts").mkdir()
    (path / "inbox" / "accounts" / "one.csv").write_text("id,name\n1,é\n")
    return path


def test_s3_and_tidb_are_there(service, appflow):
    done = subprocess.run(["aws", "appflow", "describe-connectors"], capture_output=True, text=True,
                          timeout=60, env=service.environment())
    assert done.returncode == 0, done.stderr
    configurations = json.loads(done.stdout)["connectorConfigurations"]
    assert {"S3", "Salesforce"} <= set(configurations) and "TiDB" not in configurations
    assert configurations["S3"]["canUseAsSource"] and configurations["S3"]["canUseAsDestination"]
    [tidb] = appflow.list_connectors()["connectors"]
    assert (tidb["connectorType"], tidb["connectorLabel"]) == ("CustomConnector", "TiDB")
    described = appflow.describe_connector(connectorType="CustomConnector", connectorLabel="TiDB")
    [custom] = described["connectorConfiguration"]["authenticationConfig"]["customAuthConfigs"]
    assert custom["customAuthenticationType"] == "JDBC"


def test_tidb_in_process_is_described_like_its_lambda(service, appflow):
    tutorial.register_connector(service)
    own, of_lambda = (appflow.describe_connector(
        connectorType="CustomConnector", connectorLabel=label)["connectorConfiguration"]
        for label in ("TiDB", "TiDB-Connector"))
    differ = {"connectorLabel", "connectorArn", "connectorProvisioningType", "registeredAt",
              "connectorProvisioningConfig", "registeredBy", "connectorDescription",
              "connectorRuntimeSettings"}
    assert {name: value for name, value in own.items() if name not in differ} == {
        name: value for name, value in of_lambda.items() if name not in differ}
    assert [setting["key"] for setting in own["connectorRuntimeSettings"]] == ["createTable"]


def test_tidb_is_not_registered_over_and_stays(service, appflow):
    arn = "arn:aws:lambda:us-east-1:000000000000:function:any"
    with pytest.raises(appflow.exceptions.ConflictException, match="built in"):
        appflow.register_connector(
            connectorLabel="TiDB", connectorProvisioningType="LAMBDA",
            connectorProvisioningConfig={"lambda": {"lambdaArn": arn}})
    with pytest.raises(appflow.exceptions.ConflictException, match="built in"):
        appflow.unregister_connector(connectorLabel="TiDB", forceDelete=True)


def test_a_connection_to_tidb_is_tried_before_it_is_kept(service, appflow, tidb, database):
    credentials = tutorial.tidb_credentials(tidb, database, TIDB_USER, TIDB_PASSWORD)
    with pytest.raises(ClientError) as refused:
        tutorial.connect_tidb(service, credentials | {"password": "wrong"}, "wrong", "TiDB")
    assert refused.value.response["Error"]["Code"] == "ConnectorAuthenticationException"
    with pytest.raises(appflow.exceptions.ValidationException, match="hostname"):
        tutorial.connect_tidb(service, {"username": "u", "password": "p"}, "wrong", "TiDB")
    tutorial.connect_tidb(service, credentials, "right", "TiDB")
    [profile] = appflow.describe_connector_profiles()["connectorProfileDetails"]
    assert (profile["connectorProfileName"], profile["connectorLabel"]) == ("right", "TiDB")
    fields = appflow.describe_connector_entity(
        connectorEntityName="sf_account", connectorProfileName="right",
        connectorType="CustomConnector", apiVersion="v1")["connectorEntityFields"]
    assert [field["identifier"] for field in fields] == list(tutorial.MAPPINGS.values())


def test_buckets_and_folders_can_be_looked_at(appflow, buckets):
    def names(**path):
        groups = appflow.list_connector_entities(connectorType="S3", **path)["connectorEntityMap"]
        return [entity["name"] for group in groups.values() for entity in group]

    assert {"inbox", "outbox"} <= set(names())
    assert names(entitiesPath="inbox") == ["inbox/accounts"]
    fields = appflow.describe_connector_entity(
        connectorType="S3", connectorEntityName="inbox/accounts")["connectorEntityFields"]
    assert [field["identifier"] for field in fields] == list(FIELDS)


@pytest.mark.parametrize("source, destination, code, says", [
    (("nowhere", "x"), ("outbox", {}), "ResourceNotFoundException", "bucket of the source"),
    (("inbox", "accounts"), ("nowhere", {}), "ResourceNotFoundException",
     "bucket of the destination"),
    (("empty", "accounts"), ("outbox", {}), "ConnectorServerException", "no file"),
    (("inbox", "accounts"), ("outbox", {"fileType": "CSV", "preserveSourceDataTyping": True}),
     "ValidationException", "PARQUET only"),
    (("inbox", "accounts"), ("outbox", {"aggregationConfig": {
        "aggregationType": "SingleFile", "targetFileSize": 10}}), "ValidationException",
     "SingleFile")])
def test_what_cannot_work_is_refused(appflow, buckets, source, destination, code, says):
    with pytest.raises(ClientError, match=says) as refused:
        s3_flows.create(appflow, "refused", s3_flows.source(*source),
                        s3_flows.destination(destination[0], "out", **destination[1]),
                        s3_flows.tasks(FIELDS))
    assert refused.value.response["Error"]["Code"] == code
    assert appflow.list_flows()["flows"] == []


def test_a_made_up_profile_does_no_harm_to_s3(appflow, buckets):
    """AWS's own examples send one."""
    source = s3_flows.source("inbox", "accounts") | {"connectorProfileName": "test"}
    s3_flows.create(appflow, "made-up", source, s3_flows.destination("outbox", fileType="JSON"),
                    s3_flows.tasks(FIELDS))
    s3_flows.run(appflow, "made-up")
    [file] = [path for path in (buckets / "outbox").rglob("*") if path.is_file()]
    assert [json.loads(line) for line in file.open()] == [{"id": "1", "name": "é"}]
    described = appflow.describe_flow(flowName="made-up")
    assert described["sourceFlowConfig"] == source
    appflow.delete_flow(flowName="made-up")


def test_an_error_bucket_must_be_there(service, appflow, buckets, tidb, database):
    tutorial.connect_tidb(service, tutorial.tidb_credentials(
        tidb, database, TIDB_USER, TIDB_PASSWORD), "with-errors", "TiDB")
    arguments = tutorial.flow("with-errors") | {
        "sourceFlowConfig": s3_flows.source("inbox", "accounts"),
        "tasks": s3_flows.tasks(FIELDS)}
    destination = arguments["destinationFlowConfigList"][0]
    destination["connectorProfileName"] = "with-errors"
    errors = destination["destinationConnectorProperties"]["CustomConnector"]["errorHandlingConfig"]
    errors["bucketName"] = "nowhere"
    with pytest.raises(appflow.exceptions.ResourceNotFoundException, match="errorHandlingConfig"):
        appflow.create_flow(**arguments)
    errors["bucketName"] = "empty"
    appflow.create_flow(**arguments)
    assert appflow.describe_flow(flowName="with-errors")["destinationFlowConfigList"] == [destination]
    appflow.delete_flow(flowName="with-errors")
