"""The tutorial, clicked: from log-in to the thirteen rows in TiDB."""

import pytest
from conftest import TIDB_PASSWORD, TIDB_USER
from harness import tutorial
from playwright.sync_api import expect

from console.conftest import log_in
from console.person import Keyboard, Mouse
from console.pictures import Pictures
from console.tutorial_script import Reader


@pytest.fixture
def own_service(folder, request):
    """A service that has nothing yet, for each reader."""
    import sys
    from conftest import ROOT_KEY
    from harness.service import Service
    service = Service(folder / request.node.name, ROOT_KEY, "--python", sys.executable)
    yield service
    service.stop()


@pytest.fixture
def own_table(tidb, request, folder):
    name = f"{folder.name}_{abs(hash(request.node.name)) % 10**6}"
    tidb.make_database(name, TIDB_USER, TIDB_PASSWORD)
    tidb.query(tutorial.SF_ACCOUNT_DDL, database=name)
    yield name
    tidb.query(f"DROP DATABASE `{name}`")


@pytest.mark.parametrize("person", [Mouse, Keyboard])
@pytest.mark.parametrize("language", ["en", "zh"])
def test_from_log_in_to_thirteen_rows(open_page, own_service, sandbox, tidb, own_table, language,
                                      person):
    page = open_page(language)
    tutorial.upload_connector(own_service)
    log_in(page, own_service, "/gallery")
    pictures = Pictures(page) if (language, person) == ("en", Mouse) else lambda *_, **__: None
    reader = Reader(page, person(page), own_service, sandbox, tidb, own_table, pictures)

    reader.look_at_functions()
    reader.register()
    reader.name_the_flow("Salesforce-To-TiDB")
    reader.connect_to_salesforce()
    reader.choose_account()
    expect(reader.connect_to_tidb()).to_be_hidden()
    reader.choose_table()
    reader.map_fields()
    reader.leave_filters()
    reader.create("Salesforce-To-TiDB")
    reader.run("Salesforce-To-TiDB")
    reader.look_at_logs()

    rows = tidb.query("SELECT * FROM sf_account", database=own_table)
    assert sorted(rows) == sorted(tutorial.ROWS)
