"""Connectors and connections: registered, made, tested, mended and taken away."""

import re
import zipfile

import pytest
from conftest import SALESFORCE, TIDB_PASSWORD, TIDB_USER
from harness import s3_flows, tutorial
from playwright.sync_api import expect

from console.conftest import expect_failures, log_in
from console.furniture import into_tidb
from console.person import Mouse
from console.tutorial_script import Reader

TIDB = "/connections?connector=TiDB-Connector"


@pytest.fixture(scope="module")
def connector(service):
    tutorial.register_connector(service)
    return service


@pytest.fixture
def reader(open_page, service, sandbox, tidb, database):
    def open(route):
        page = open_page()
        log_in(page, service, route)
        return Reader(page, Mouse(page), service, sandbox, tidb, database)
    return open


@pytest.fixture
def user(tidb, database):
    """Somebody else's user of the database, whose password may change."""
    tidb.query("CREATE USER visitor IDENTIFIED BY %s", TIDB_PASSWORD)
    tidb.query(f"GRANT ALL ON `{database}`.* TO visitor")
    yield "visitor"
    tidb.query("DROP USER visitor")


@pytest.fixture
def connection(connector, tidb, database, user):
    """A connection that works, and is the only one with that user."""
    tutorial.connect_tidb(connector, tutorial.tidb_credentials(
        tidb, database, user, TIDB_PASSWORD), "visitors")
    yield "visitors"
    connector.client("appflow").delete_connector_profile(
        connectorProfileName="visitors", forceDelete=True)


def change_password(tidb, user, password):
    """Sessions go on with the old one, which is why they are ended."""
    tidb.query("ALTER USER %s IDENTIFIED BY %s", user, password)
    sessions = "SELECT id FROM information_schema.processlist WHERE user = %s"
    for session, in tidb.query(sessions, user):
        tidb.query("KILL TIDB %s", session)


def names(service):
    return [profile["connectorProfileName"] for profile in service.client(
        "appflow").describe_connector_profiles()["connectorProfileDetails"]]


def press_for(reader, connection, button):
    reader.page.get_by_role("radio", name=f"Select {connection}").check(force=True)
    reader.person.press(reader.button(button))


def test_a_connector_is_registered_from_its_zip(reader, service):
    page = reader("/gallery")
    page.person.press(page.button("Register new connector"))
    dialog = page.dialog("Register a new connector")
    page.person.pick(page.card("In a .zip file", dialog))
    page.person.press(page.button("Register", dialog))  # It says what is missing.
    expect(dialog.get_by_text("Choose a .zip file.")).to_be_visible()
    expect(dialog.get_by_text("Enter a label for the connector.")).to_be_visible()

    dialog.locator("input[type=file]").set_input_files(tutorial.ZIP)
    page.person.enter(page.field("Function name", dialog), "from-its-zip")
    page.person.enter(page.field("Connector label", dialog), "FromZip")
    page.person.press(page.button("Register", dialog))
    expect(page.page.get_by_text("Connector FromZip successfully registered.").first
           ).to_be_visible(timeout=30_000)
    expect(page.page.get_by_role("radio", name=re.compile("FromZip"))).to_be_attached()
    registered = service.client("appflow").describe_connector(
        connectorType="CustomConnector", connectorLabel="FromZip")["connectorConfiguration"]
    assert registered["connectorArn"] and registered["canUseAsDestination"]
    assert service.client("lambda").get_function(FunctionName="from-its-zip")


def test_a_function_that_is_no_connector_is_told_in_the_dialog(reader, service, tmp_path):
    with zipfile.ZipFile(tmp_path / "no-connector.zip", "w") as file:
        file.writestr("function.py", "def handler(event, context):\n    return {'hello': 1}\n")
    page = reader("/gallery")
    page.person.press(page.button("Register new connector"))
    dialog = page.dialog("Register a new connector")
    page.person.pick(page.card("In a .zip file", dialog))
    dialog.locator("input[type=file]").set_input_files(tmp_path / "no-connector.zip")
    page.person.enter(page.field("Function name", dialog), "no-connector")
    page.person.choose(page.select("Runtime", dialog), "python3")
    page.person.enter(page.field("Handler", dialog), "function.handler")
    page.person.enter(page.field("Connector label", dialog), "NoConnector")
    expect_failures(page.page, "/register-connector")
    page.person.press(page.button("Register", dialog))
    expect(dialog.get_by_text("The connector was not registered")).to_be_visible(timeout=30_000)
    expect(page.field("Connector label", dialog)).to_have_value("NoConnector")


def test_a_connection_is_created_and_tested(reader, connector):
    page = reader(TIDB)
    page.person.press(page.button("Create connection"))
    dialog = page.dialog("Connect to TiDB-Connector")
    page.person.press(page.button("Connect", dialog))  # The first that is missing has the focus.
    expect(page.field("Hostname", dialog)).to_have_attribute("aria-invalid", "true")
    page.fill_in_tidb(dialog, "made-here", TIDB_PASSWORD)
    page.person.press(page.button("Connect", dialog))
    expect(dialog).to_be_hidden()
    expect(page.page.get_by_text("Connection made-here successfully created.")).to_be_visible()
    assert "made-here" in names(connector)

    press_for(page, "made-here", "Test connection")
    expect(page.page.get_by_text("made-here works: it sees 1 object.")).to_be_visible()


def test_a_connection_that_does_not_work_any_more_is_told_and_reconnected(
        reader, connection, user, tidb):
    page = reader(TIDB)
    changed = f"{TIDB_PASSWORD}-changed"
    change_password(tidb, user, changed)
    expect_failures(page.page, "/list-connector-entities")
    press_for(page, connection, "Test connection")
    expect(page.page.get_by_text(f"{connection} does not work")).to_be_visible()

    page.person.press(page.button("Reconnect"))
    dialog = page.dialog(f"Reconnect {connection}")
    expect(page.field("Hostname", dialog)).to_have_value("127.0.0.1")
    password = page.secret_field("Password", dialog)
    expect(password).to_have_value("")
    page.person.enter(password, f"{TIDB_PASSWORD}-mistyped")
    expect_failures(page.page, "/update-connector-profile")
    page.person.press(page.button("Connect", dialog))
    expect(password).to_have_attribute("aria-invalid", "true")
    expect(page.field("Username", dialog)).to_have_value(user)
    page.person.enter(password, changed)
    page.person.press(page.button("Connect", dialog))
    expect(dialog).to_be_hidden()
    press_for(page, connection, "Test connection")
    expect(page.page.get_by_text(f"{connection} works")).to_be_visible()


def test_a_connection_in_use_is_not_deleted_by_the_way(reader, connector, tidb, database):
    """The service refuses it unless it is forced. The dialog names the flow and wants the name."""
    connection = "in-use"
    tutorial.connect_tidb(connector, tutorial.tidb_credentials(
        tidb, database, TIDB_USER, TIDB_PASSWORD), connection)
    appflow = connector.client("appflow")
    records = connector.folder / "data" / "buckets" / "data" / "in" / "records.csv"
    records.parent.mkdir(parents=True)
    records.write_text("id,name\n1,Ann\n")
    destination = into_tidb("sf_account") | {"connectorProfileName": connection}
    s3_flows.create(appflow, "its-flow", s3_flows.source("data", "in", "CSV"), destination,
                    s3_flows.tasks(["id", "name"]))
    with pytest.raises(appflow.exceptions.ConflictException):
        appflow.delete_connector_profile(connectorProfileName=connection)
    page = reader(TIDB)
    press_for(page, connection, "Delete")
    dialog = page.dialog("Delete connection")
    expect(dialog.get_by_text("These flows use it, and fail from then on:")).to_be_visible()
    expect(dialog.get_by_role("link", name="its-flow")).to_be_visible()
    page.person.press(page.button("Delete", dialog))
    expect(dialog.get_by_role("textbox")).to_have_attribute("aria-invalid", "true")
    assert connection in names(connector)

    page.person.enter(dialog.get_by_role("textbox"), connection)
    page.person.press(page.button("Delete", dialog))
    expect(page.page.get_by_text(f"Connection {connection} successfully deleted.")).to_be_visible()
    assert connection not in names(connector)


@pytest.fixture
def salesforce_dialog(reader, sandbox):
    """Filled in, up to Continue."""
    page = reader("/connections?connector=Salesforce")
    page.person.press(page.button("Create connection"))
    dialog = page.dialog("Connect to Salesforce")
    page.person.enter(page.field("Connection name", dialog), "denied-first")
    page.person.pick(page.card("Own URL", dialog))
    page.person.enter(page.field("Login URL", dialog), sandbox.url)
    page.person.enter(page.field("Client ID", dialog), SALESFORCE.client_id)
    page.person.enter(page.secret_field("Client secret", dialog), SALESFORCE.client_secret)
    return page, dialog


def go_on(page, dialog):
    with page.page.expect_popup() as opened:
        page.person.press(page.button("Continue", dialog))
    return opened.value


def test_access_that_is_denied_or_not_given_is_told_and_can_be_asked_again(
        salesforce_dialog, service):
    page, dialog = salesforce_dialog
    page.allow(go_on(page, dialog), answer="Deny")
    expect(dialog.get_by_text(re.compile("denied", re.IGNORECASE)).first).to_be_visible()
    expect(page.field("Connection name", dialog)).to_have_value("denied-first")

    go_on(page, dialog).close()
    expect(dialog.get_by_text("The window of Salesforce was closed before access was allowed.")
           ).to_be_visible()
    assert "denied-first" not in names(service)

    page.allow(go_on(page, dialog))
    expect(dialog).to_be_hidden()
    expect(page.page.get_by_text("Connection denied-first successfully created.")).to_be_visible()
    assert "denied-first" in names(service)
