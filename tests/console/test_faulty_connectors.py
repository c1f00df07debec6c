"""A connector of somebody's own that is slow and answers rubbish: what a person is told."""

import re

import pytest
from harness import tutorial
from harness.code_zip import make_zip
from playwright.sync_api import expect

from console.conftest import expect_failures, log_in
from console.person import Mouse
from console.test_accessibility import violations
from console.tutorial_script import Reader

HANDLER = """
import time

CONFIGURATION = {
    "isSuccess": True, "connectorOwner": "Example", "connectorName": "ERP",
    "connectorVersion": "1.0", "connectorModes": ["SOURCE"], "supportedApiVersions": ["v1"],
    "authenticationConfig": {"isCustomAuthSupported": True, "customAuthConfig": [
        {"authenticationType": "TOKEN", "authParameters": [
            {"key": "token", "label": "Token", "required": True}]}]},
    "connectorRuntimeSetting": [{"key": "mood", "label": "Mood", "dataType": "String",
                                 "required": True, "scope": "CONNECTOR_PROFILE"}]}

def handle(request, context):
    print("asked for", request["type"], flush=True)
    time.sleep(4)
    if request["type"] == "DescribeConnectorConfigurationRequest":
        return CONFIGURATION
    if request["type"] == "ValidateConnectorRuntimeSettingsRequest":
        is_good = request["connectorRuntimeSettings"]["mood"] == "good"
        return {"isSuccess": True if is_good else "perhaps"}
    if request["type"] == "ListEntitiesRequest":
        for n in range(12):
            print("table", n, "has no name", flush=True)
        return {"isSuccess": True, "entities": [{"label": "Orders"}]}
    return {"isSuccess": True}
"""
STARTING = "Starting the connector…"


@pytest.fixture(scope="module")
def erp(service):
    service.client("lambda").create_function(
        FunctionName="erp", Runtime="python3.11", Role=tutorial.ROLE, Handler="erp.handle",
        Code={"ZipFile": make_zip({"erp.py": HANDLER})}, Timeout=30, MemorySize=256)
    return service


def test_it_is_named_with_its_log_and_a_person_knows_that_it_goes_on(
        open_page, erp, sandbox, tidb, database):
    page = open_page()
    log_in(page, erp, "/gallery")
    reader = Reader(page, Mouse(page), erp, sandbox, tidb, database)
    person = reader.person

    person.press(reader.button("Register new connector"))
    dialog = reader.dialog("Register a new connector")
    person.choose(reader.select("Lambda function", dialog), "erp")
    person.enter(reader.field("Connector label", dialog), "ERP")
    person.press(reader.button("Register", dialog))
    expect(dialog.get_by_text(STARTING).first).to_be_visible()
    expect(dialog).to_be_hidden()

    reader.name_the_flow("from-erp")
    source = reader.region("Source details")
    person.choose(reader.select("Source name", source), "ERP")
    person.press(reader.button("Connect", source))
    dialog = reader.dialog("Connect to ERP")
    person.enter(reader.field("Token", dialog), "t")
    person.enter(reader.field("Mood", dialog), "bad")
    person.enter(reader.field("Connection name", dialog), "erp")
    expect_failures(page, "/create-connector-profile")
    person.press(reader.button("Connect", dialog))
    expect(dialog.get_by_text(STARTING).first).to_be_visible()
    expect(dialog.get_by_text(re.compile(
        r"answer to ValidateConnectorRuntimeSettings is wrong: 'isSuccess' is not true or false\. "
        r'It should look like {"isSuccess":true} \(function \'erp\', after \d+ ms; the function\'s '
        r"log is /aws/lambda/erp\)"))).to_be_visible()
    expect(dialog.get_by_text(STARTING)).to_have_count(0)
    person.press(reader.button("Details", dialog))
    expect(dialog.get_by_text("asked for ValidateConnectorRuntimeSettingsRequest")).to_be_visible()
    assert violations(page) == []

    person.enter(reader.field("Mood", dialog), "good")
    person.press(reader.button("Connect", dialog))
    expect(dialog).to_be_hidden(timeout=30_000)

    expect_failures(page, "/list-connector-entities")
    objects = reader.select("Choose ERP object", source)
    person.press(objects)
    expect(page.get_by_text(STARTING).filter(visible=True).first).to_be_visible()
    page.keyboard.press("Escape")
    expect(source.get_by_text("The objects can’t be listed")).to_be_visible(timeout=30_000)
    expect(source.get_by_text("'entities[0].entityIdentifier' is missing. It should look like")
           ).to_be_visible()
    person.press(reader.button("Details", source))
    lines = source.get_by_text(re.compile(r"table 11 has no name"))
    expect(lines).to_be_visible()
    told = lines.inner_text().splitlines()
    assert len(told) == 10 and "table 2 has no name" not in told and "REPORT" in told[-1], told
    expect(source.get_by_role("link", name="Open the log")).to_have_attribute(
        "href", re.compile(r"^#/logs\?group=%2Faws%2Flambda%2Ferp&from=\d+$"))
    expect(source.get_by_role("button", name="Retry", exact=True)).to_be_visible()
    person.press(source.get_by_role("link", name="Open the log"))
    expect(page.get_by_text("table 2 has no name").first).to_be_visible()
