"""What is changed in place: connections, registrations, tags; and what an error says beside the
field that is to blame."""

import pytest
from botocore.exceptions import ClientError

from conftest import TIDB_PASSWORD, TIDB_USER
from harness import s3_flows, tutorial
from harness.own_operations import ours

LABELS = ("TiDB", "TiDB-Connector")


@pytest.fixture(scope="module", autouse=True)
def connector(service):
    return tutorial.register_connector(service)


@pytest.fixture(scope="module")
def buckets(service):
    path = service.folder / "data" / "buckets"
    (path / "inbox" / "rows").mkdir(parents=True)
    (path / "inbox" / "rows" / "rows.csv").write_text("id,name\n1,é\n")
    return path


@pytest.fixture
def credentials(tidb, database):
    return tutorial.tidb_credentials(tidb, database, TIDB_USER, TIDB_PASSWORD)


@pytest.fixture(params=LABELS)
def label(request):
    return request.param


def config(credentials=None):
    document = {"connectorProfileProperties": {"CustomConnector": {}}}
    if credentials:
        document["connectorProfileCredentials"] = {"CustomConnector": {
            "authenticationType": "CUSTOM", "custom": {
                "customAuthenticationType": "JDBC", "credentialsMap": credentials}}}
    return document


def update(appflow, name, credentials=None):
    return appflow.update_connector_profile(connectorProfileName=name, connectionMode="Public",
                                            connectorProfileConfig=config(credentials))


def profile(appflow, name):
    [found] = appflow.describe_connector_profiles(
        connectorProfileNames=[name])["connectorProfileDetails"]
    return found


def secrets(service):
    return [secret["ARN"] for secret in service.client("secretsmanager").list_secrets()["SecretList"]]


def test_a_connection_is_mended_in_place_and_its_flow_keeps_it(service, appflow, credentials, label,
                                                               buckets, tidb, database):
    table = user = f"mended_{LABELS.index(label)}"
    tidb.query(f"CREATE TABLE {table} (id BIGINT PRIMARY KEY, name VARCHAR(10))", database=database)
    tidb.query(f"CREATE USER {user} IDENTIFIED BY '{TIDB_PASSWORD}-1'")
    tidb.query(f"GRANT ALL ON {database}.* TO {user}")
    name = f"mended-{label}"
    old = credentials | {"username": user, "password": f"{TIDB_PASSWORD}-1"}
    arn = tutorial.connect_tidb(service, old, name, label)["connectorProfileArn"]
    s3_flows.create(
        appflow, name, s3_flows.source("inbox", "rows"), {
            "connectorType": "CustomConnector", "apiVersion": "v1", "connectorProfileName": name,
            "destinationConnectorProperties": {"CustomConnector": {
                "entityName": table, "writeOperationType": "UPSERT", "idFieldNames": ["id"]}}},
        s3_flows.tasks(["id", "name"]))
    s3_flows.run(appflow, name)
    before = profile(appflow, name)

    tidb.query(f"ALTER USER {user} IDENTIFIED BY '{TIDB_PASSWORD}-2'")
    with pytest.raises(ClientError) as refused:
        update(appflow, name, old)
    assert refused.value.response["Error"]["Code"] == "ConnectorAuthenticationException"
    assert profile(appflow, name) == before

    present = secrets(service)
    updated = update(appflow, name, old | {"password": f"{TIDB_PASSWORD}-2"})
    assert updated["connectorProfileArn"] == arn
    after = profile(appflow, name)
    assert after["connectorProfileArn"] == arn and after["createdAt"] == before["createdAt"]
    assert after["lastUpdatedAt"] > before["lastUpdatedAt"]
    assert len(secrets(service)) == len(present) and after["credentialsArn"] in secrets(service)
    assert before["credentialsArn"] not in secrets(service)
    s3_flows.run(appflow, name)

    # Without credentials those that it has are tried and kept.
    update(appflow, name)
    assert profile(appflow, name)["credentialsArn"] == after["credentialsArn"]


def test_only_what_is_there_can_be_updated(appflow, credentials):
    with pytest.raises(appflow.exceptions.ResourceNotFoundException, match="nobody"):
        update(appflow, "nobody", credentials)


@pytest.mark.parametrize("change, fields", [
    ({"password": "wrong"}, {"username", "password"}),
    ({"username": "nobody"}, {"username", "password"}),
    ({"database": "no_such_database"}, {"database"}),
    ({"hostname": "no-such-host.invalid"}, {"hostname"}),
    ({"port": "1"}, {"hostname", "port"}),
    ({"port": "http"}, {"port"}),
    ({"tls": "Perhaps"}, {"tls"}),
    ({"hostname": None, "username": None}, {"hostname", "username"}),
    ({"caCertificate": None}, {"caCertificate"}),
])
def test_an_error_names_the_fields_that_are_to_blame(service, credentials, label, change, fields):
    wrong = {name: value for name, value in (credentials | change).items() if value is not None}
    answer = ours(service, "/create-connector-profile", {
        "connectorProfileName": "wrong", "connectorType": "CustomConnector",
        "connectorLabel": label, "connectionMode": "Public",
        "connectorProfileConfig": config(wrong)})
    assert answer.status_code in (400, 401), answer.text
    body = answer.json()
    assert set(body["errorsByInputField"]) == fields, body
    assert set(body["errorsByInputField"].values()) == {body["message"]}
    assert TIDB_PASSWORD not in answer.text


def test_a_registration_is_read_again(service, appflow, connector):
    before = appflow.describe_connector(connectorType="CustomConnector",
                                        connectorLabel="TiDB-Connector")["connectorConfiguration"]
    arn = appflow.update_connector_registration(
        connectorLabel="TiDB-Connector", description="Ours")["connectorArn"]
    after = appflow.describe_connector(connectorType="CustomConnector",
                                       connectorLabel="TiDB-Connector")["connectorConfiguration"]
    assert after == before | {"connectorDescription": "Ours"} and after["connectorArn"] == arn

    other = connector.replace("tidb-connector", "no-such-function")
    with pytest.raises(appflow.exceptions.ResourceNotFoundException, match="no-such-function"):
        appflow.update_connector_registration(
            connectorLabel="TiDB-Connector",
            connectorProvisioningConfig={"lambda": {"lambdaArn": other}})
    with pytest.raises(appflow.exceptions.ConflictException, match="built in"):
        appflow.update_connector_registration(connectorLabel="TiDB")
    with pytest.raises(appflow.exceptions.ResourceNotFoundException, match="Nothing"):
        appflow.update_connector_registration(connectorLabel="Nothing")
    unchanged = appflow.describe_connector(connectorType="CustomConnector",
                                           connectorLabel="TiDB-Connector")
    assert unchanged["connectorConfiguration"] == after


def test_flows_are_tagged(appflow, buckets):
    (buckets / "outbox").mkdir(exist_ok=True)
    s3_flows.create(appflow, "tagged", s3_flows.source("inbox", "rows"),
                    s3_flows.destination("outbox"), s3_flows.tasks(["id"]), {"team": "a", "x": "1"})
    arn = appflow.describe_flow(flowName="tagged")["flowArn"]
    assert appflow.list_tags_for_resource(resourceArn=arn)["tags"] == {"team": "a", "x": "1"}
    appflow.tag_resource(resourceArn=arn, tags={"team": "b", "cost-center": "a/b=1"})
    appflow.untag_resource(resourceArn=arn, tagKeys=["x", "never there"])
    tags = {"team": "b", "cost-center": "a/b=1"}
    assert appflow.list_tags_for_resource(resourceArn=arn)["tags"] == tags
    assert appflow.describe_flow(flowName="tagged")["tags"] == tags
    appflow.untag_resource(resourceArn=arn, tagKeys=["cost-center"])
    assert appflow.list_tags_for_resource(resourceArn=arn)["tags"] == {"team": "b"}

    with pytest.raises(appflow.exceptions.ResourceNotFoundException, match="nobody"):
        appflow.list_tags_for_resource(resourceArn=arn.replace("tagged", "nobody"))
    with pytest.raises(appflow.exceptions.ValidationException, match="flow"):
        appflow.tag_resource(resourceArn=arn.replace(":flow/", ":connector/"), tags={"a": "b"})
    with pytest.raises(appflow.exceptions.ValidationException, match="at most 50"):
        appflow.tag_resource(resourceArn=arn, tags={f"t{n}": "" for n in range(50)})


def test_a_connection_is_not_changed_under_a_run(service, appflow, credentials, buckets, tidb,
                                                 database):
    rows = "".join(f"{n},{n}\n" for n in range(400_000))
    (buckets / "inbox" / "many").mkdir()
    (buckets / "inbox" / "many" / "rows.csv").write_text("id,name\n" + rows)
    tidb.query("CREATE TABLE many_rows (id BIGINT PRIMARY KEY, name VARCHAR(10))",
               database=database)
    tutorial.connect_tidb(service, credentials, "busy", "TiDB")
    s3_flows.create(
        appflow, "busy", s3_flows.source("inbox", "many"), {
            "connectorType": "CustomConnector", "apiVersion": "v1", "connectorProfileName": "busy",
            "destinationConnectorProperties": {"CustomConnector": {
                "entityName": "many_rows", "writeOperationType": "INSERT"}}},
        s3_flows.tasks(["id", "name"]))
    appflow.start_flow(flowName="busy")
    with pytest.raises(appflow.exceptions.ConflictException, match="flow busy is running"):
        update(appflow, "busy", credentials)
    assert s3_flows.wait_for_end(appflow, "busy")["executionStatus"] == "Successful"
    update(appflow, "busy", credentials)
