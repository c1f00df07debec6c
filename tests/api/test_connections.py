"""A connection is tried before it is kept; one that fails leaves nothing behind."""

import json

import pytest
from botocore.exceptions import ClientError

from conftest import SALESFORCE, TIDB_PASSWORD, TIDB_USER
from harness import certificates, tutorial
from harness.processes import free_port


@pytest.fixture(scope="module", autouse=True)
def connector(service):
    tutorial.register_connector(service)


def profiles(appflow):
    return [profile["connectorProfileName"]
            for profile in appflow.describe_connector_profiles()["connectorProfileDetails"]]


def secrets(service):
    return [secret["Name"] for secret in service.client("secretsmanager").list_secrets(
        )["SecretList"] if secret["Name"].startswith("appflow!")]


@pytest.fixture
def credentials(tidb, database):
    return tutorial.tidb_credentials(tidb, database, TIDB_USER, TIDB_PASSWORD)


@pytest.mark.parametrize("change, says", [
    ({"password": "wrong"}, "password|denied"),
    ({"username": "nobody"}, "nobody"),
    ({"database": "no_such_database"}, "no_such_database"),
    ({"hostname": "no-such-host.invalid"}, "no-such-host.invalid"),
    ({"port": "1"}, "127.0.0.1"),
    ({"port": "http"}, "port"),
    ({"tls": "Perhaps"}, "(?i)tls"),
    ({"hostname": None}, "hostname"),
    ({"caCertificate": None}, "certificate"),
])
def test_tidb_credentials_that_do_not_work_are_not_kept(service, appflow, credentials, change,
                                                        says):
    wrong = {name: value for name, value in (credentials | change).items() if value is not None}
    with pytest.raises(ClientError, match=says) as refused:
        tutorial.connect_tidb(service, wrong)
    assert refused.value.response["Error"]["Code"] in (
        "ConnectorAuthenticationException", "ConnectorServerException", "ValidationException")
    assert TIDB_PASSWORD not in str(refused.value)
    assert profiles(appflow) == [] and secrets(service) == []


def test_a_certificate_of_an_unknown_ca_is_refused(service, appflow, credentials, folder):
    other = certificates.Authority(folder / "other-ca", "Somebody else's CA")
    with pytest.raises(ClientError, match="certificate"):
        tutorial.connect_tidb(service, credentials | {
            "caCertificate": tutorial.ca_for_appflow(other.ca)})
    assert profiles(appflow) == []


def test_tidb_without_tls_works_when_asked_for(service, appflow, credentials):
    tutorial.connect_tidb(service, credentials | {"tls": "No"}, name="plain")
    appflow.delete_connector_profile(connectorProfileName="plain")
    assert profiles(appflow) == [] and secrets(service) == []


def test_a_connection_is_described_without_its_credentials(service, appflow, credentials):
    arn = tutorial.connect_tidb(service, credentials, name="described")["connectorProfileArn"]
    answer = appflow.describe_connector_profiles(connectorProfileNames=["described", "nobody"])
    [profile] = answer["connectorProfileDetails"]
    assert profile["connectorProfileArn"] == arn
    assert profile["connectorLabel"] == "TiDB-Connector"
    assert profile["credentialsArn"].startswith("arn:aws:secretsmanager:")
    assert TIDB_PASSWORD not in json.dumps(answer, default=str)

    with pytest.raises(appflow.exceptions.ConflictException):
        tutorial.connect_tidb(service, credentials, name="described")
    with pytest.raises(appflow.exceptions.ConflictException, match="described"):
        appflow.unregister_connector(connectorLabel="TiDB-Connector")
    appflow.delete_connector_profile(connectorProfileName="described")
    with pytest.raises(appflow.exceptions.ResourceNotFoundException):
        appflow.delete_connector_profile(connectorProfileName="described")


def test_a_function_opens_only_the_secrets_of_its_own_labels(service, credentials, appflow):
    """The keys of a function's process, used as that process would."""
    import io
    import zipfile
    code = io.BytesIO()
    with zipfile.ZipFile(code, "w") as archive:
        archive.writestr("handler.py", "import os, boto3\n"
                         "def main(event, context):\n"
                         "    asked = boto3.client('secretsmanager')\n"
                         "    try:\n"
                         "        asked.get_secret_value(SecretId=event['arn'])\n"
                         "        return {'opened': True}\n"
                         "    except Exception as refused:\n"
                         "        return {'opened': False, 'why': str(refused)}\n")
    functions = service.client("lambda")
    functions.create_function(FunctionName="spy", Runtime="python3.11", Role=tutorial.ROLE,
                              Handler="handler.main", Code={"ZipFile": code.getvalue()}, Timeout=30)
    tutorial.connect_tidb(service, credentials, name="guarded")
    [profile] = appflow.describe_connector_profiles(
        connectorProfileNames=["guarded"])["connectorProfileDetails"]
    answer = functions.invoke(FunctionName="spy",
                              Payload=json.dumps({"arn": profile["credentialsArn"]}))
    result = json.load(answer["Payload"])
    assert result["opened"] is False and "AccessDenied" in result["why"], result
    appflow.delete_connector_profile(connectorProfileName="guarded")


def test_a_refused_salesforce_code_keeps_nothing(service, appflow, sandbox):
    secret = service.client("secretsmanager").create_secret(
        Name="salesforce-client", SecretString=json.dumps(
            {"clientId": SALESFORCE.client_id, "clientSecret": SALESFORCE.client_secret}))
    with pytest.raises(ClientError) as refused:
        appflow.create_connector_profile(
            connectorProfileName="salesforce", connectorType="Salesforce",
            connectionMode="Public", connectorProfileConfig={
                "connectorProfileProperties": {"Salesforce": {"instanceUrl": sandbox.url}},
                "connectorProfileCredentials": {"Salesforce": {
                    "clientCredentialsArn": secret["ARN"], "oAuthRequest": {
                        "authCode": "made-up", "redirectUri": tutorial.REDIRECT}}}})
    assert refused.value.response["Error"]["Code"] == "ConnectorAuthenticationException"
    assert profiles(appflow) == [] and secrets(service) == []


def test_deny_in_the_browser_comes_back_as_access_denied(sandbox):
    answer = tutorial.allow_in_browser(sandbox, SALESFORCE.client_id, SALESFORCE.user,
                                       SALESFORCE.password, answer="Deny")
    assert answer["error"] == "access_denied" and "code" not in answer


def test_an_unreachable_salesforce_is_named(service, appflow, sandbox):
    with pytest.raises(ClientError, match="127.0.0.1"):
        appflow.create_connector_profile(
            connectorProfileName="salesforce", connectorType="Salesforce",
            connectionMode="Public", connectorProfileConfig={
                "connectorProfileProperties": {
                    "Salesforce": {"instanceUrl": f"http://127.0.0.1:{free_port()}"}},
                "connectorProfileCredentials": {"Salesforce": {
                    "accessToken": "a", "refreshToken": "b"}}})
    assert profiles(appflow) == []
