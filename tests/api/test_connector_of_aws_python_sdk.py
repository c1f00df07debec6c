"""A connector written with AWS's Python SDK runs unchanged: registered, connected, at both ends."""

import contextlib
import datetime
import decimal
import hashlib
import io
import json
import pathlib
import sqlite3
import zipfile

import pytest
from botocore.exceptions import ClientError

from conftest import CANARY
from harness import tutorial

SOURCE = pathlib.Path(__file__).parent / "python_connector"
USER, PASSWORD = "keeper", f"{CANARY}-shop-password"
COLUMNS = ("id", "customer", "amount", "ordered_at", "paid")
BEGIN = datetime.datetime(2024, 2, 28, 23, 30)


def order(number):
    """One order, as TiDB shows it. There are nulls, every script, and more digits than a double."""
    return (number, None if number % 7 == 0 else f"Zoë \"{number}\" 北京 \\ O'Neill",
            None if number % 11 == 0 else decimal.Decimal(f"-{number}2345678901234567890.12345"),
            BEGIN + datetime.timedelta(minutes=number), (None, True, False)[number % 3])


# A multiple of the page: the last page is full, and one without a record follows.
PAGE = 250
ORDERS = [order(number) for number in range(1, 10 * PAGE + 1)]


def packed():
    """The connector's own sources; the SDK is the interpreter's."""
    code = io.BytesIO()
    with zipfile.ZipFile(code, "w") as archive:
        for path in SOURCE.glob("*.py"):
            archive.write(path, path.name)
    return code.getvalue()


@pytest.fixture(scope="module")
def shop(folder):
    """The system behind the connector."""
    file = folder / "shop.sqlite"
    with contextlib.closing(sqlite3.connect(file)) as database, database:
        database.execute("CREATE TABLE users (name TEXT, password_sha256 TEXT)")
        database.execute("INSERT INTO users VALUES (?, ?)", (
            USER, hashlib.sha256(PASSWORD.encode()).hexdigest()))
        database.execute("CREATE TABLE orders (id INTEGER PRIMARY KEY, customer TEXT, amount TEXT,"
                         " ordered_at TEXT, paid INTEGER)")
        database.executemany("INSERT INTO orders VALUES (?, ?, ?, ?, ?)", (
            (number, customer, amount and str(amount), at.isoformat() + "Z", paid)
            for number, customer, amount, at, paid in ORDERS))
        database.execute("CREATE TABLE accounts (id TEXT PRIMARY KEY, name TEXT,"
                         " industry TEXT NOT NULL)")
    return file


def accounts_in(shop):
    with contextlib.closing(sqlite3.connect(shop)) as database, database:
        return database.execute("SELECT id, name, industry FROM accounts ORDER BY id").fetchall()


@pytest.fixture(scope="module", autouse=True)
def function(service):
    functions = service.client("lambda")
    arn = functions.create_function(
        FunctionName="shop", Runtime="python3.11", Role=tutorial.ROLE, Handler="handler.main",
        Code={"ZipFile": packed()}, Timeout=30, MemorySize=256)["FunctionArn"]
    functions.get_waiter("function_active_v2").wait(FunctionName="shop")
    service.client("appflow").register_connector(
        connectorLabel="Shop", connectorProvisioningType="LAMBDA",
        connectorProvisioningConfig={"lambda": {"lambdaArn": arn}})
    return arn


def connect(appflow, file, password=PASSWORD, **settings):
    return appflow.create_connector_profile(
        connectorProfileName="shop", connectorType="CustomConnector", connectorLabel="Shop",
        connectionMode="Public", connectorProfileConfig={
            "connectorProfileProperties": {"CustomConnector": {
                "profileProperties": {"file": str(file)} | settings}},
            "connectorProfileCredentials": {"CustomConnector": {
                "authenticationType": "BASIC",
                "basic": {"username": USER, "password": password}}}})


@pytest.fixture(scope="module")
def connected_shop(appflow, connected, shop):
    connect(appflow, shop)
    return connected


def nothing_was_kept(service, appflow):
    profiles = appflow.describe_connector_profiles(connectorProfileNames=["shop"])
    secrets = service.client("secretsmanager").list_secrets()["SecretList"]
    return not profiles["connectorProfileDetails"] and not any(
        "-Shop-" in secret["Name"] for secret in secrets)


def test_it_is_registered_as_it_describes_itself(appflow, function):
    described = appflow.describe_connector(
        connectorType="CustomConnector", connectorLabel="Shop")["connectorConfiguration"]
    assert (described["connectorOwner"], described["connectorName"],
            described["connectorVersion"]) == ("Corner Shop", "Shop", "2.1")
    assert described["connectorModes"] == ["SOURCE", "DESTINATION"]
    assert described["supportedApiVersions"] == ["v1"]
    assert described["supportedWriteOperations"] == ["INSERT", "UPSERT"]
    assert described["supportedTriggerTypes"] == ["Scheduled", "OnDemand"]
    assert len(described["supportedOperators"]) == 21
    assert described["connectorProvisioningConfig"]["lambda"]["lambdaArn"] == function
    authentication = described["authenticationConfig"]
    assert authentication["isBasicAuthSupported"] is True
    assert not authentication["isCustomAuthSupported"] and not authentication["isOAuth2Supported"]
    assert [(setting["key"], setting["dataType"], setting["isRequired"], setting["scope"])
            for setting in described["connectorRuntimeSettings"]] == [
        ("file", "String", True, "CONNECTOR_PROFILE"),
        ("currency", "String", False, "CONNECTOR_PROFILE"), ("page", "Integer", False, "SOURCE")]


def test_a_wrong_password_is_not_kept(service, appflow, shop):
    with pytest.raises(ClientError, match=f"does not let {USER} in") as refused:
        connect(appflow, shop, password=f"{CANARY}-wrong")
    assert refused.value.response["Error"]["Code"] == "ConnectorAuthenticationException"
    assert CANARY not in str(refused.value)
    assert nothing_was_kept(service, appflow)


def test_a_setting_that_the_connector_refuses_is_not_kept(service, appflow, shop):
    with pytest.raises(ClientError, match="currency.*francs only"):
        connect(appflow, shop, currency="EUR")
    assert nothing_was_kept(service, appflow)


def test_its_entities_come_in_pages(connected_shop, appflow):
    pages, token = [], {}
    while True:
        page = appflow.list_connector_entities(
            connectorProfileName="shop", connectorType="CustomConnector", apiVersion="v1", **token)
        pages.append([entity["name"] for group in page["connectorEntityMap"].values()
                      for entity in group])
        if "nextToken" not in page:
            break
        token = {"nextToken": page["nextToken"]}
    assert pages == [["accounts"], ["orders"]]


def test_an_entity_is_described(connected_shop, appflow):
    fields = appflow.describe_connector_entity(
        connectorEntityName="orders", connectorProfileName="shop",
        connectorType="CustomConnector", apiVersion="v1")["connectorEntityFields"]
    assert tuple(field["identifier"] for field in fields) == COLUMNS
    types = [field["supportedFieldTypeDetails"]["v1"]["fieldType"] for field in fields]
    assert types == ["Long", "String", "BigDecimal", "DateTime", "Boolean"]
    assert fields[0]["isPrimaryKey"] is True and fields[1]["label"] == "Customer"
    with pytest.raises(appflow.exceptions.ResourceNotFoundException, match="keeps no cheese"):
        appflow.describe_connector_entity(
            connectorEntityName="cheese", connectorProfileName="shop",
            connectorType="CustomConnector", apiVersion="v1")


def into_shop(name, stop, operation="INSERT"):
    """Salesforce's accounts into the shop."""
    flow = tutorial.flow(name, operation, ["id"] if operation == "UPSERT" else None, "accounts",
                         {"Id": "id", "Name": "name", "Industry": "industry"}, stop=stop)
    flow["destinationFlowConfigList"][0]["connectorProfileName"] = "shop"
    return flow


WITH_INDUSTRY = sorted((row[0], row[1], row[5]) for row in tutorial.ROWS if row[5])


def test_salesforces_records_arrive_but_for_those_that_it_refuses(connected_shop, appflow, shop):
    appflow.create_flow(**into_shop("into-shop", stop=False))
    record = tutorial.run(connected_shop, "into-shop")
    result = record["executionResult"]
    assert len(WITH_INDUSTRY) == 11 and accounts_in(shop) == WITH_INDUSTRY
    assert result["recordsProcessed"] == 13
    assert result["errorInfo"]["putFailuresCount"] == 2
    assert "accounts.industry" in result["errorInfo"]["executionMessage"]


def test_its_first_refused_record_ends_a_run_that_was_told_so(connected_shop, appflow, shop):
    appflow.create_flow(**into_shop("stops", stop=True, operation="UPSERT"))
    record = tutorial.run(connected_shop, "stops")
    assert record["executionStatus"] == "Error"
    assert record["executionResult"]["errorInfo"]["putFailuresCount"] == 1
    assert accounts_in(shop) == WITH_INDUSTRY


def out_of_shop(name, table, filters=(), page=PAGE):
    """The shop's orders into a table of TiDB."""
    return {
        "flowName": name, "triggerConfig": {"triggerType": "OnDemand"},
        "sourceFlowConfig": {
            "connectorType": "CustomConnector", "apiVersion": "v1",
            "connectorProfileName": "shop", "sourceConnectorProperties": {"CustomConnector": {
                "entityName": "orders", "customProperties": {"page": str(page)}}}},
        "destinationFlowConfigList": [{
            "connectorType": "CustomConnector", "apiVersion": "v1",
            "connectorProfileName": "tidb", "destinationConnectorProperties": {"CustomConnector": {
                "entityName": table, "writeOperationType": "INSERT"}}}],
        "tasks": [
            {"taskType": "Filter", "sourceFields": list(COLUMNS),
             "connectorOperator": {"CustomConnector": "PROJECTION"}, "taskProperties": {}},
            *filters,
            *({"taskType": "Map", "sourceFields": [column], "destinationField": column,
               "connectorOperator": {"CustomConnector": "NO_OP"}, "taskProperties": {}}
              for column in COLUMNS)]}


@pytest.fixture
def table(tidb, database, request):
    """Without a key, so that a row that came twice is there twice."""
    name = "orders_" + request.node.name.split("[")[-1].strip("]")[:40]
    tidb.query(f"CREATE TABLE `{name}` (id BIGINT, customer VARCHAR(100), amount DECIMAL(38, 5),"
               " ordered_at DATETIME, paid BOOLEAN)", database=database)
    return name


def rows(tidb, database, table):
    return list(tidb.query(f"SELECT * FROM `{table}` ORDER BY id", database=database))


def test_every_order_arrives_exactly_once(connected_shop, appflow, tidb, database, table):
    appflow.create_flow(**out_of_shop("orders", table))
    record = tutorial.run(connected_shop, "orders")
    assert record["executionStatus"] == "Successful", record
    assert record["executionResult"]["recordsProcessed"] == len(ORDERS)
    assert rows(tidb, database, table) == ORDERS
    # The connector was asked for as many pages as it has, one without a record among them: its SDK
    # logs each request.
    events = connected_shop.client("logs").filter_log_events(
        logGroupName="/aws/lambda/shop", filterPattern="QueryDataRequest")["events"]
    assert len(events) == len(ORDERS) / PAGE + 1


def compare(field, operator, **properties):
    return {"taskType": "Filter", "sourceFields": [field],
            "connectorOperator": {"CustomConnector": operator},
            "taskProperties": {"DATA_TYPE": "any", **properties}}


@pytest.mark.parametrize("name, filters, wanted", [
    ("greater", [compare("id", "GREATER_THAN", VALUE="2490")], lambda row: row[0] > 2490),
    ("digit", [compare("id", "LESS_THAN_OR_EQUAL_TO", VALUE="9")], lambda row: row[0] <= 9),
    ("several", [compare("id", "EQUAL_TO", VALUES="8,20,99999")], lambda row: row[0] in (8, 20)),
    ("contains", [compare("customer", "CONTAINS", VALUE="\"12\" 北京 \\ O'N")],
     lambda row: row[0] == 12),
    ("between", [compare("ordered_at", "BETWEEN", LOWER_BOUND="2024-02-28T23:59:00Z",
                         UPPER_BOUND="2024-02-29T00:01:00Z")],
     lambda row: 29 <= row[0] <= 31),
    ("both", [compare("paid", "EQUAL_TO", VALUE="true"),
              compare("id", "EQUAL_TO", VALUES="1,2,3,4")], lambda row: row[0] in (1, 4)),
    ("none", [compare("customer", "EQUAL_TO", VALUE="nobody")], lambda row: False),
])
def test_a_filter_is_understood_by_the_parser_of_awss_sdk(connected_shop, appflow, tidb, database,
                                                          table, name, filters, wanted):
    appflow.create_flow(**out_of_shop(f"filter-{name}", table, filters))
    record = tutorial.run(connected_shop, f"filter-{name}")
    assert record["executionStatus"] == "Successful", record
    assert rows(tidb, database, table) == [row for row in ORDERS if wanted(row)]


def test_its_secret_stays_out_of_its_log(service):
    events = service.client("logs").filter_log_events(logGroupName="/aws/lambda/shop")["events"]
    assert events and CANARY not in json.dumps(events)
