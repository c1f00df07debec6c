"""simple-salesforce, which knows nothing of us and speaks https only, against the sandbox."""

import pytest
from simple_salesforce.exceptions import SalesforceMalformedRequest, SalesforceResourceNotFound

from conftest import Sandbox, salesforce_client, sandbox_options


@pytest.fixture(scope="module")
def salesforce(folder, authority):
    certificate, key = authority.issue("salesforce")
    server = Sandbox(folder, *sandbox_options(), "--records", "Account=5000", "--tls-certificate",
                     certificate, "--tls-key", key, scheme="https")
    server.url = server.url.replace("127.0.0.1", "localhost")
    yield salesforce_client(server, authority.ca)
    server.stop()


def test_it_reads_every_page_once(salesforce):
    records = salesforce.query_all("SELECT Id, Name FROM Account")["records"]
    assert len(records) == len({record["Id"] for record in records}) == 5013


def test_the_tutorials_accounts_are_there(salesforce):
    found = salesforce.query("SELECT Name, BillingState, Rating FROM Account "
                             "WHERE Rating = 'Hot' AND Name LIKE 'United%' ORDER BY Name")
    assert [record["Name"] for record in found["records"]][:1] == ["United Oil & Gas Corp."]


def test_it_describes(salesforce):
    fields = {field["name"]: field for field in salesforce.Account.describe()["fields"]}
    assert fields["BillingState"]["label"] == "Billing State/Province"
    assert fields["Rating"]["type"] == "picklist"
    assert "Account" in [found["name"] for found in salesforce.describe()["sobjects"]]


def test_a_record_lives_and_dies(salesforce):
    made = salesforce.Account.create({"Name": "Ünïcode & 北京", "NumberOfEmployees": 7})
    assert made["success"]
    assert salesforce.Account.get(made["id"])["Name"] == "Ünïcode & 北京"
    assert salesforce.Account.update(made["id"], {"Rating": "Warm"}) == 204
    assert salesforce.query(f"SELECT Rating FROM Account WHERE Id = '{made['id']}'")[
        "records"][0]["Rating"] == "Warm"
    assert salesforce.Account.delete(made["id"]) == 204
    with pytest.raises(SalesforceResourceNotFound):
        salesforce.Account.get(made["id"])


@pytest.mark.parametrize("soql, code", [
    ("SELECT Nope FROM Account", "INVALID_FIELD"),
    ("SELECT Id FROM Nope", "INVALID_TYPE"),
    ("SELECT Id FROM Account WHERE", "MALFORMED_QUERY"),
])
def test_its_errors_are_salesforces(salesforce, soql, code):
    with pytest.raises(SalesforceMalformedRequest) as refused:
        salesforce.query(soql)
    assert refused.value.content[0]["errorCode"] == code
