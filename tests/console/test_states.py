"""Pages that have nothing to show, that can't show it, and runs that don't end well."""

import re

import pytest
from playwright.sync_api import expect

from console.conftest import log_in
from console.furniture import EMPTY_FLOW, FAILED_FLOW, FLOW, REFUSING_FLOW
from console.person import Mouse, named
from console.tutorial_script import Reader

# Where a page begins for somebody who has nothing yet: what it says, and what it offers to do.
EMPTY = {
    "/list": ("No flows", "Create flow"),
    "/connections": ("No connections", "Create connection"),
    "/functions": ("No functions", "Upload"),
    "/logs": ("No log", None),
    "/overview": ("tutorial", "Create flow"),
}

# What a page asks the service for, and so what it can't show when no answer comes.
ASKS = {
    "/overview": "**/list-runs",
    "/list": "**/list-flows",
    "/gallery": "**/describe-connectors",
    "/connections": "**/describe-connector*",
    "/functions": "**/2015-03-31/functions*",
    f"/details/{FLOW}": "**/describe-flow",
    "/connectors/TiDB-Connector": "**/describe-connector*",
}


@pytest.mark.parametrize("route", EMPTY)
def test_an_empty_page_says_so_and_what_to_do_first(console, route):
    says, offers = EMPTY[route]
    page = console(route)
    main = page.get_by_role("main")
    expect(main.get_by_text(re.compile(says)).first).to_be_visible()
    if offers:
        expect(main.get_by_role("button", name=named(offers)).or_(
            main.get_by_role("link", name=named(offers))).first).to_be_visible()


@pytest.mark.parametrize("route", ASKS)
def test_a_page_whose_question_is_not_answered_says_so_and_asks_again(
        open_page, furnished, route):
    page = open_page()
    log_in(page, furnished, "/nothing-here")
    page.route(ASKS[route], lambda call: call.abort())
    page.goto(f"{furnished.url}/appflow/home#{route}")
    error = page.get_by_text("The service does not answer").first
    expect(error).to_be_visible()
    page.complaints.clear()  # The browser's own lines about the lost requests.
    page.unroute(ASKS[route])
    page.get_by_role("main").get_by_role("button", name="Retry").first.click()
    expect(error).to_be_hidden()


def test_a_wrong_password_is_told_beside_it_and_nothing_is_lost(
        open_page, furnished, sandbox, tidb, database):
    page = open_page()
    log_in(page, furnished)
    reader = Reader(page, Mouse(page), furnished, sandbox, tidb, database)
    reader.name_the_flow("wrong-password")
    dialog = reader.connect_to_tidb("mistyped", password="not-the-password")
    password = dialog.locator("input[type=password]").first
    expect(password).to_have_attribute("aria-invalid", "true")
    described = password.get_attribute("aria-describedby")
    told = " ".join(page.locator(f"[id='{part}']").inner_text() for part in described.split())
    assert re.search("denied|password", told, re.IGNORECASE), told
    expect(reader.field("Hostname", dialog)).to_have_value("127.0.0.1")
    page.complaints.clear()  # The browser's own line about the answer 400.

    reader.person.enter(password, tidb_password())
    reader.person.press(reader.button("Connect", dialog))
    expect(dialog).to_be_hidden()


def tidb_password():
    from conftest import TIDB_PASSWORD
    return TIDB_PASSWORD


def run_flow(page, name):
    page.get_by_role("button", name=named("Run flow")).click()
    return page


def test_a_run_that_fails_says_why_and_leads_to_its_records(console_of_furnished):
    page = console_of_furnished(f"/details/{FAILED_FLOW}")
    run_flow(page, FAILED_FLOW)
    expect(page.get_by_text(f"{FAILED_FLOW} failed.").first).to_be_visible(timeout=30_000)
    expect(page.get_by_text(re.compile("age")).first).to_be_visible()


def test_a_run_that_is_partly_refused_shows_each_record_with_its_reason(
        console_of_furnished, furnished):
    page = console_of_furnished(f"/details/{REFUSING_FLOW}")
    run_flow(page, REFUSING_FLOW)
    expect(page.get_by_text(f"{REFUSING_FLOW} finished").first).to_be_visible(timeout=30_000)
    page.goto(f"{furnished.url}/appflow/home#{furnished.route(f'/details/{REFUSING_FLOW}/runs/LAST')}")
    refused = page.get_by_role("row").filter(has_text="age")
    expect(refused.first).to_be_visible()
    expect(page.get_by_text(re.compile("Bob")).first).to_be_visible()
    expect(page.get_by_text(re.compile("many")).first).to_be_visible()


def test_a_run_that_matches_nothing_is_no_plain_success(console_of_furnished):
    page = console_of_furnished(f"/details/{EMPTY_FLOW}")
    run_flow(page, EMPTY_FLOW)
    expect(page.get_by_text(re.compile("nothing matched", re.IGNORECASE)).first).to_be_visible(
        timeout=30_000)


def test_a_run_is_drilled_into_down_to_the_log_lines_of_its_connector(
        console_of_furnished, furnished):
    page = console_of_furnished(furnished.route(f"/details/{FLOW}/runs/LAST"))
    expect(page.get_by_text("Records processed").first).to_be_visible()
    expect(page.get_by_text("WriteData").first).to_be_visible()


def test_a_draft_survives_a_reload_and_a_lost_connection(open_page, service):
    page = open_page()
    log_in(page, service, "/create/1")
    page.get_by_label("Flow name").fill("half-done")
    page.get_by_label(re.compile("^Flow description")).fill("what it is for")
    page.reload()
    expect(page.get_by_label("Flow name")).to_have_value("half-done")
    expect(page.get_by_label(re.compile("^Flow description"))).to_have_value("what it is for")
    page.context.set_offline(True)
    page.get_by_role("button", name=named("Next")).last.click()
    page.context.set_offline(False)
    page.complaints.clear()
    page.goto(f"{service.url}/appflow/home#/create/1")
    expect(page.get_by_label("Flow name")).to_have_value("half-done")


def test_a_flow_is_copied_edited_and_deleted(console_of_furnished, furnished):
    page = console_of_furnished(f"/details/{FLOW}")
    page.get_by_role("button", name="Actions").click()
    page.get_by_role("menuitem", name="Copy to new flow").click()
    expect(page).to_have_url(re.compile(r"#/create/1"))
    page.get_by_label("Flow name").fill("customers-again")
    for _ in range(4):
        page.get_by_role("button", name=named("Next")).last.click()
    page.get_by_role("button", name=named("Create flow")).last.click()
    expect(page.get_by_text("customers-again successfully created.").first).to_be_visible()
    appflow = furnished.service.client("appflow")
    original, copy = (appflow.describe_flow(flowName=name) for name in (FLOW, "customers-again"))
    for member in ("sourceFlowConfig", "destinationFlowConfigList", "tasks", "triggerConfig"):
        assert copy[member] == original[member]

    page.get_by_role("button", name="Actions").click()
    page.get_by_role("menuitem", name="Delete").click()
    dialog = page.get_by_role("dialog")
    dialog.get_by_role("textbox").fill("customers-again")
    dialog.get_by_role("button", name="Delete").click()
    expect(page).to_have_url(re.compile(r"#/list"))
    names = [flow["flowName"] for flow in appflow.list_flows()["flows"]]
    assert "customers-again" not in names and FLOW in names
