"""Who gets in, and what the browser keeps."""

import json
import re

import pytest
from conftest import CANARY, ROOT_KEY, TIDB_PASSWORD
from harness import tutorial
from playwright.sync_api import expect

from console.conftest import expect_failures, log_in
from console.person import Mouse, named
from console.tutorial_script import Reader

EVERYTHING_KEPT = """() => JSON.stringify({
  local: {...localStorage}, session: {...sessionStorage}, cookies: document.cookie,
  address: location.href, history: history.state})"""


@pytest.fixture
def link(service):
    """The one-time link that the service printed when it started."""
    service.stop()
    service.start()
    return service.process.wait_for_line(r"(http\S+/#/login/\S+)")[1]


def flows(page):
    return page.get_by_role("heading", level=1, name=re.compile("^Flows"))


def test_an_access_key_opens_the_console_and_is_kept_nowhere(open_page, service):
    page = open_page()
    sent = []
    page.on("request", lambda request: sent.append(request.url + (request.post_data or "")))
    log_in(page, service)
    expect(flows(page)).to_be_visible()
    assert CANARY not in page.evaluate(EVERYTHING_KEPT)
    assert not any(CANARY in text for text in sent), "the secret key was sent"


def test_a_wrong_key_is_told_and_what_was_typed_stays(open_page, service):
    page = open_page()
    page.goto(service.url)
    page.get_by_label("Access key ID").fill("AKIANOBODY")
    page.get_by_label("Secret access key").fill("wrong")
    page.get_by_role("button", name="Log in").click()
    expect(page.get_by_role("alert").or_(page.get_by_role("group")).filter(
        has_text=re.compile("AKIANOBODY|key|token", re.IGNORECASE)).first).to_be_visible()
    expect(page.get_by_label("Access key ID")).to_have_value("AKIANOBODY")
    assert all("403" in complaint for complaint in page.complaints)  # The browser's own line on it.
    page.complaints.clear()


def test_a_one_time_link_works_once(open_page, link):
    page = open_page()
    page.goto(link)
    expect(page.get_by_role("navigation").first).to_be_visible()
    token = link.rsplit("/", 1)[1]
    assert token not in page.evaluate(EVERYTHING_KEPT)

    other = open_page()
    other.goto(link)
    expect(other.get_by_label("Secret access key")).to_be_visible()
    expect(other.get_by_text(re.compile("link", re.IGNORECASE)).first).to_be_visible()


def test_a_reload_stays_logged_in_and_another_tab_does_not_get_in(open_page, service):
    page = open_page()
    log_in(page, service)
    page.reload()
    expect(flows(page)).to_be_visible()
    tab = page.context.new_page()
    tab.goto(f"{service.url}/appflow/home#/list")
    expect(tab.get_by_label("Secret access key")).to_be_visible()


def test_who_logs_out_is_out_for_good(open_page, service):
    page = open_page()
    log_in(page, service)
    expect(flows(page)).to_be_visible()
    page.get_by_role("button", name=re.compile("^Account")).click()
    page.get_by_role("menuitem", name="Log out").click()
    expect(page.get_by_label("Secret access key")).to_be_visible()
    page.reload()
    expect(page.get_by_label("Secret access key")).to_be_visible()


def restart(service):
    service.stop()
    service.start()


def log_in_again(page):
    """In the dialog over the page, which has the focus."""
    dialog = page.get_by_role("dialog", name="Log in")
    expect(dialog.get_by_label("Access key ID")).to_be_focused()
    page.keyboard.press("Escape")
    expect(dialog).to_be_visible()
    page.keyboard.type(ROOT_KEY[0])
    page.keyboard.press("Tab")
    page.keyboard.type(ROOT_KEY[1])
    page.keyboard.press("Enter")
    expect(dialog).to_be_hidden()
    assert CANARY not in json.dumps(page.evaluate(EVERYTHING_KEPT))


def test_after_a_restart_the_page_goes_on_once_one_has_logged_in(open_page, service):
    page = open_page()
    log_in(page, service, "/create/1")
    page.get_by_label("Flow name").fill("kept-over-a-restart")
    restart(service)
    expect_failures(page, "/list-flows")
    page.get_by_role("link", name="Flows").first.click()
    log_in_again(page)
    expect(flows(page)).to_be_visible()
    expect(page.get_by_role("alert")).to_have_count(0)
    page.go_back()
    expect(page.get_by_label("Flow name")).to_have_value("kept-over-a-restart")


def test_an_open_dialog_outlives_the_session_and_does_what_was_asked(
        open_page, service, sandbox, tidb, database):
    tutorial.register_connector(service)
    page = open_page()
    log_in(page, service, "/connections?connector=TiDB-Connector")
    reader = Reader(page, Mouse(page), service, sandbox, tidb, database)
    page.get_by_role("button", name=named("Create connection")).first.click()
    connect = reader.dialog("Connect to TiDB-Connector")
    reader.fill_in_tidb(connect, "outlived", TIDB_PASSWORD)
    restart(service)
    expect_failures(page, "/create-connector-profile")
    reader.button("Connect", connect).click()
    log_in_again(page)
    expect(page.get_by_text("Connection outlived successfully created.")).to_be_visible()
    expect(connect).to_be_hidden()


def test_who_logs_out_instead_of_in_again_is_out(open_page, service):
    page = open_page()
    log_in(page, service)
    expect(flows(page)).to_be_visible()
    restart(service)
    expect_failures(page, "/describe-connector")
    page.get_by_role("link", name="Connections").first.click()
    dialog = page.get_by_role("dialog", name="Log in")
    dialog.get_by_role("button", name="Log out").click()
    expect(dialog).to_be_hidden()
    expect(page.get_by_role("heading", level=1, name="Log in")).to_be_visible()


def test_scripts_from_anywhere_else_are_forbidden(open_page, service):
    page = open_page()
    answer = page.goto(service.url)
    policy = answer.headers["content-security-policy"]
    assert "default-src 'none'" in policy and "script-src 'self'" in policy
    assert "unsafe-eval" not in policy and "frame-ancestors 'none'" in policy
    ran = page.evaluate("""() => { const script = document.createElement('script');
        script.textContent = 'window.injected = true'; document.head.append(script);
        return window.injected === true }""")
    assert ran is False
    page.complaints.clear()  # What the browser says of the forbidden script.
