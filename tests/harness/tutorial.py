"""The tutorial's objects, made through the public API."""

import json
import re
import urllib.parse

import requests

from harness.processes import BUILD, wait_until
from harness.service import ACCOUNT

# Tokens that Salesforce gave out during the run; no file may have them (test_no_secret_in_any_log).
GIVEN_TOKENS = set()

ZIP = BUILD / "tidb-connector.zip"
ROLE = f"arn:aws:iam::{ACCOUNT}:role/unused"
REDIRECT = "http://127.0.0.1/appflow/oauth"

SF_ACCOUNT_DDL = """CREATE TABLE `sf_account` (
    `id` varchar(255) NOT NULL,
    `name` varchar(150) NOT NULL DEFAULT '',
    `type` varchar(150) NOT NULL DEFAULT '',
    `billing_state` varchar(255) NOT NULL DEFAULT '',
    `rating` varchar(255) NOT NULL DEFAULT '',
    `industry` varchar(255) NOT NULL DEFAULT '',
    PRIMARY KEY (`id`)
)"""

MAPPINGS = {"Id": "id", "Name": "name", "Type": "type", "BillingState": "billing_state",
            "Rating": "rating", "Industry": "industry"}

# TiDB's page "Integrate TiDB with Amazon AppFlow", step 3; empty where it prints null.
ROWS = (
    ("001Do000003EDTlIAO", "Sample Account for Entitlements", "", "", "", ""),
    ("001Do000003EDTZIA4", "Edge Communications", "Customer - Direct", "TX", "Hot", "Electronics"),
    ("001Do000003EDTaIAO", "Burlington Textiles Corp of America", "Customer - Direct", "NC", "Warm",
     "Apparel"),
    ("001Do000003EDTbIAO", "Pyramid Construction Inc.", "Customer - Channel", "", "",
     "Construction"),
    ("001Do000003EDTcIAO", "Dickenson plc", "Customer - Channel", "KS", "", "Consulting"),
    ("001Do000003EDTdIAO", "Grand Hotels & Resorts Ltd", "Customer - Direct", "IL", "Warm",
     "Hospitality"),
    ("001Do000003EDTeIAO", "United Oil & Gas Corp.", "Customer - Direct", "NY", "Hot", "Energy"),
    ("001Do000003EDTfIAO", "Express Logistics and Transport", "Customer - Channel", "OR", "Cold",
     "Transportation"),
    ("001Do000003EDTgIAO", "University of Arizona", "Customer - Direct", "AZ", "Warm", "Education"),
    ("001Do000003EDThIAO", "United Oil & Gas, UK", "Customer - Direct", "UK", "", "Energy"),
    ("001Do000003EDTiIAO", "United Oil & Gas, Singapore", "Customer - Direct", "Singapore", "",
     "Energy"),
    ("001Do000003EDTjIAO", "GenePoint", "Customer - Channel", "CA", "Cold", "Biotechnology"),
    ("001Do000003EDTkIAO", "sForce", "", "CA", "", ""),
)


def upload_connector(service, name="tidb-connector"):
    return service.client("lambda").create_function(
        FunctionName=name, Runtime="provided.al2023", Role=ROLE, Handler="bootstrap",
        Code={"ZipFile": ZIP.read_bytes()}, Timeout=30, MemorySize=256)["FunctionArn"]


def register_connector(service, name="tidb-connector", label="TiDB-Connector"):
    arn = upload_connector(service, name)
    service.client("appflow").register_connector(
        connectorLabel=label, connectorProvisioningType="LAMBDA",
        connectorProvisioningConfig={"lambda": {"lambdaArn": arn}})
    return arn


def tidb_credentials(tidb, database, user, password, **changes):
    credentials = {"driver": "mysql", "hostname": "127.0.0.1", "port": str(tidb.port),
                   "username": user, "password": password, "database": database, "tls": "Yes",
                   "caCertificate": ca_for_appflow(tidb.authority.ca)} | changes
    return {name: value for name, value in credentials.items() if value is not None}


def ca_for_appflow(path):
    """AppFlow's credential values hold no white space, so the PEM goes in as base64."""
    import base64
    return base64.b64encode(path.read_bytes()).decode()


def connect_tidb(service, credentials, name="tidb", label="TiDB-Connector"):
    return service.client("appflow").create_connector_profile(
        connectorProfileName=name, connectorType="CustomConnector", connectorLabel=label,
        connectionMode="Public", connectorProfileConfig={
            "connectorProfileProperties": {"CustomConnector": {}},
            "connectorProfileCredentials": {"CustomConnector": {
                "authenticationType": "CUSTOM",
                "custom": {"customAuthenticationType": "JDBC", "credentialsMap": credentials}}}})


def _submit_form(session, page, url, **fields):
    """Fills in the first form of a page, as a browser would, and sends it."""
    form = re.search(r"<form[^>]*>.*?</form>", page, re.DOTALL | re.IGNORECASE)[0]
    action = re.search(r'action="([^"]*)"', form)
    values = {}
    for tag in re.findall(r"<input[^>]*>", form):
        name = re.search(r'name="([^"]*)"', tag)
        value = re.search(r'value="([^"]*)"', tag)
        if name and 'type="hidden"' in tag:
            import html
            values[name[1]] = html.unescape(value[1]) if value else ""
    target = urllib.parse.urljoin(url, action[1].replace("&amp;", "&") if action else url)
    return session.post(target, data=values | fields, allow_redirects=False, timeout=10)


def allow_in_browser(sandbox, client_id, user, password, answer="Allow"):
    """Goes through the log-in and the Allow page; the parameters that come back."""
    with requests.Session() as browser:
        browser.trust_env = False
        url = f"{sandbox.url}/services/oauth2/authorize?" + urllib.parse.urlencode({
            "response_type": "code", "client_id": client_id, "redirect_uri": REDIRECT,
            "scope": "api refresh_token", "state": "s1"})
        page = browser.get(url, timeout=10)
        page.raise_for_status()
        page = _submit_form(browser, page.text, url, username=user, password=password)
        while page.status_code in (302, 303) and not page.headers["Location"].startswith(REDIRECT):
            url = urllib.parse.urljoin(url, page.headers["Location"])
            page = browser.get(url, timeout=10, allow_redirects=False)
        if page.status_code == 200:
            page = _submit_form(browser, page.text, url, decision=answer)
    query = urllib.parse.urlsplit(page.headers["Location"]).query
    return dict(urllib.parse.parse_qsl(query))


def connect_salesforce(service, sandbox, salesforce, name="salesforce"):
    secret = service.client("secretsmanager").create_secret(
        Name=f"{name}-client", SecretString=json.dumps(
            {"clientId": salesforce.client_id, "clientSecret": salesforce.client_secret}))
    code = allow_in_browser(sandbox, salesforce.client_id, salesforce.user,
                            salesforce.password)["code"]
    created = service.client("appflow").create_connector_profile(
        connectorProfileName=name, connectorType="Salesforce", connectionMode="Public",
        connectorProfileConfig={
            "connectorProfileProperties": {"Salesforce": {"instanceUrl": sandbox.url}},
            "connectorProfileCredentials": {"Salesforce": {
                "clientCredentialsArn": secret["ARN"],
                "oAuthRequest": {"authCode": code, "redirectUri": REDIRECT}}}})
    [profile] = service.client("appflow").describe_connector_profiles(
        connectorProfileNames=[name])["connectorProfileDetails"]
    kept = json.loads(service.client("secretsmanager").get_secret_value(
        SecretId=profile["credentialsArn"])["SecretString"])
    GIVEN_TOKENS.update((kept["accessToken"], kept["refreshToken"]))
    return created


def tasks(mappings=MAPPINGS, filters=()):
    projected = list(dict.fromkeys([*mappings, *(task["sourceFields"][0] for task in filters)]))
    return [
        {"taskType": "Filter", "sourceFields": projected,
         "connectorOperator": {"Salesforce": "PROJECTION"}, "taskProperties": {}},
        *filters,
        *({"taskType": "Map", "sourceFields": [source], "destinationField": destination,
           "connectorOperator": {"Salesforce": "NO_OP"}, "taskProperties": {}}
          for source, destination in mappings.items())]


def equal_to(field, value, data_type="string"):
    return {"taskType": "Filter", "sourceFields": [field],
            "connectorOperator": {"Salesforce": "EQUAL_TO"},
            "taskProperties": {"DATA_TYPE": data_type, "VALUE": value}}


def flow(name="account-to-tidb", operation="INSERT", id_fields=None, table="sf_account",
         mappings=MAPPINGS, filters=(), stop=True):
    """The arguments of CreateFlow for the tutorial's flow."""
    destination = {"entityName": table, "writeOperationType": operation,
                   "errorHandlingConfig": {"failOnFirstDestinationError": stop}}
    if id_fields:
        destination["idFieldNames"] = id_fields
    return {
        "flowName": name, "triggerConfig": {"triggerType": "OnDemand"},
        "sourceFlowConfig": {
            "connectorType": "Salesforce", "connectorProfileName": "salesforce",
            "sourceConnectorProperties": {"Salesforce": {"object": "Account"}}},
        "destinationFlowConfigList": [{
            "connectorType": "CustomConnector", "apiVersion": "v1",
            "connectorProfileName": "tidb",
            "destinationConnectorProperties": {"CustomConnector": destination}}],
        "tasks": tasks(mappings, filters)}


def run(service, flow_name, seconds=60, every=0.02):
    """Starts a flow and waits for the end of the run: its execution record."""
    appflow = service.client("appflow")
    execution = appflow.start_flow(flowName=flow_name)["executionId"]
    return finished_run(service, flow_name, execution, seconds, every)


def finished_run(service, flow_name, execution, seconds=60, every=0.02):
    appflow = service.client("appflow")

    def ended():
        records = appflow.describe_flow_execution_records(flowName=flow_name)["flowExecutions"]
        found = [record for record in records if record["executionId"] == execution]
        assert found, f"no record of {execution}"
        return found[0] if found[0]["executionStatus"] != "InProgress" else None

    return wait_until(ended, seconds, f"the run of {flow_name} to end", every)
