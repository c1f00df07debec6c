"""Pages that have nothing to show, that can't show it, and runs that don't end well."""

import datetime
import re
import zoneinfo

import pytest
from conftest import TIDB_PASSWORD
from playwright.sync_api import expect

from console.conftest import expect_failures, log_in
from console.furniture import EMPTY_FLOW, FAILED_FLOW, FLOW, REFUSING_FLOW
from console.person import Mouse, named
from console.tutorial_script import Reader

# Where a page begins for somebody who has nothing yet: what it says, and what it offers to do.
EMPTY = {
    "/list": {"en": "No flows yet", "zh": "还没有数据流", "offers": "Create flow"},
    "/connections": {"en": "No connections", "zh": "没有连接", "offers": "Create connection"},
    "/functions": {"en": "No functions", "zh": "没有函数", "offers": "Upload function"},
    "/logs": {"en": "No logs yet", "zh": "还没有日志", "offers": "Register new connector"},
    "/overview": {"en": "the tutorial", "zh": "教程", "offers": "Create flow"},
}

# What a page asks the service for, and so what it can't show when no answer comes.
ASKS = {
    "/overview": "/list-runs",
    "/list": "/list-flows",
    "/gallery": "/describe-connectors",
    "/connections": "/describe-connector",
    "/connections?connector=TiDB-Connector": "/describe-connector-profiles",
    "/functions": "/2015-03-31/functions",
    "/logs": r"/(?!\w)",
    f"/details/{FLOW}": "/describe-flow",
    f"/details/{FLOW}/runs/LAST": "/describe-run",
    f"/edit/{FLOW}/2": "/describe-flow",
    f"/copies/{FLOW}": "/list-connector-entities",
    "/connectors/TiDB-Connector": "/describe-connector",
}

NO_ANSWER = {"en": "The service does not answer", "zh": "服务没有响应"}
RETRY = {"en": "Retry", "zh": "重试"}

# A flow's page and its run's in Chinese, and all that begins a flow.
IN_CHINESE = ["/overview", "/gallery", "/connectors/TiDB-Connector", "/list", "/create/1",
              f"/edit/{FLOW}/2", f"/edit/{FLOW}/3", f"/edit/{FLOW}/4", f"/edit/{FLOW}/5",
              f"/copies/{FLOW}", f"/details/{FLOW}", f"/details/{FLOW}/runs/LAST",
              "/connections?connector=TiDB-Connector", "/functions", "/logs", "/nothing-here"]


def says_so_and_what_to_do_first(page, route, language):
    state = EMPTY[route]
    main = page.get_by_role("main")
    expect(main.get_by_text(state[language]).first).to_be_visible()
    expect(main.get_by_role("button", name=named(state["offers"])).or_(
        main.get_by_role("link", name=named(state["offers"]))).first).to_be_visible()


@pytest.mark.parametrize("route", EMPTY)
def test_an_empty_page_says_so_and_what_to_do_first(console, route):
    says_so_and_what_to_do_first(console(route), route, "en")


def test_empty_pages_say_so_in_chinese(console, service):
    page = console(language="zh")
    for route in EMPTY:
        page.goto(f"{service.url}/appflow/home#{route}")
        says_so_and_what_to_do_first(page, route, "zh")


@pytest.mark.parametrize("language, route", [
    *(("en", route) for route in ASKS), ("zh", "/list"), ("zh", f"/details/{FLOW}")])
def test_a_page_whose_question_is_not_answered_says_so_and_asks_again(
        open_page, furnished, language, route):
    page = open_page(language)
    log_in(page, furnished, "/nothing-here")
    asked = re.compile(f"^http://[^/]*{ASKS[route]}")
    expect_failures(page, ASKS[route])
    page.route(asked, lambda call: call.abort())
    page.goto(f"{furnished.url}/appflow/home#{furnished.route(route)}")
    error = page.get_by_text(NO_ANSWER[language]).first
    expect(error).to_be_visible()
    page.unroute(asked)
    page.get_by_role("main").get_by_role("button", name=RETRY[language], exact=True).first.click()
    expect(error).to_be_hidden()


def test_a_wrong_password_is_told_beside_it_and_nothing_is_lost(
        open_page, furnished, sandbox, tidb, database):
    page = open_page()
    log_in(page, furnished)
    reader = Reader(page, Mouse(page), furnished, sandbox, tidb, database)
    reader.name_the_flow("wrong-password")
    expect_failures(page, "/create-connector-profile")
    dialog = reader.connect_to_tidb("mistyped", password="not-the-password")
    password = reader.secret_field("Password", dialog)
    expect(password).to_have_attribute("aria-invalid", "true")
    assert re.search("denied|password", described(password), re.IGNORECASE), described(password)
    for field, value in {"Hostname": "127.0.0.1", "Port": str(tidb.port), "Username": "sluice",
                         "Database Name": database, "Connection name": "mistyped"}.items():
        expect(reader.field(field, dialog)).to_have_value(value)

    reader.person.enter(password, TIDB_PASSWORD)
    reader.person.press(reader.button("Connect", dialog))
    expect(dialog).to_be_hidden()
    expect(reader.region("Destination details").get_by_text("mistyped").first).to_be_visible()


def described(control):
    """What stands beside a field."""
    return control.evaluate("""control => control.getAttribute('aria-describedby').split(' ')
        .map(id => document.getElementById(id)?.innerText).join(' ')""")


def run_flow(page):
    page.get_by_role("button", name=named("Run flow")).click()


def told(page, text):
    """What the top of the page says of the run that has just ended."""
    return page.get_by_role("region", name=re.compile("^Notifications|通知")).get_by_role(
        "listitem").filter(has_text=text)


def is_yellow(page, flash):
    expect(flash.first).to_be_visible(timeout=30_000)
    return flash.locator("[class*='flash-type-warning']").count() > 0


@pytest.mark.parametrize("language", ["en", "zh"])
def test_a_run_that_fails_says_why_and_leads_to_its_records(
        console_of_furnished, furnished, language):
    page = console_of_furnished(f"/details/{FAILED_FLOW}", language=language)
    run_flow(page)
    flash = told(page, f"{FAILED_FLOW} failed.")
    expect(flash).to_be_visible(timeout=30_000)
    expect(flash).to_contain_text(re.compile(r"\bage\b"))  # In the service's own sentence.
    words = {"en": "The run stopped at the first record that failed",
             "zh": "运行在第一条失败的记录处停止"}
    expect(flash).to_contain_text(words[language])
    flash.get_by_role("link", name={"en": "View failed records", "zh": "查看失败的记录"}[language]
                      ).click()
    expect(page).to_have_url(re.compile(f"#/details/{FAILED_FLOW}/runs/"))
    expect(page.get_by_role("main").get_by_text(words[language]).last).to_be_visible()
    expect(page.get_by_role("row").filter(has_text="many").first).to_be_visible()


def test_a_run_that_is_partly_refused_shows_each_record_with_its_reason(
        console_of_furnished, furnished):
    page = console_of_furnished(f"/details/{REFUSING_FLOW}")
    run_flow(page)
    flash = told(page, f"{REFUSING_FLOW} finished running: 1 of 3 records failed")
    assert is_yellow(page, flash)
    run = furnished.route(f"/details/{REFUSING_FLOW}/runs/LAST")
    page.goto(f"{furnished.url}/appflow/home#{run}")
    table = page.get_by_role("table").filter(has=page.get_by_role("columnheader", name="Reason"))
    expect(table.get_by_role("row").filter(has_text="Bob")).to_be_visible()
    headers = [header.strip() for header in
               table.get_by_role("columnheader").all_inner_texts()]
    refused = table.get_by_role("row").filter(has_text="Bob")
    cells = dict(zip(headers, refused.locator("td, th").all_inner_texts(), strict=True))
    assert re.fullmatch(r"\w+", cells["Code"]) and cells["Field"] == "age"
    assert "many" in cells["Reason"] or "age" in cells["Reason"]
    assert "Bob" in cells["Record"] and "many" in cells["Record"]
    assert cells["Place"].startswith("record 2 of ")
    assert table.get_by_role("row").count() == 2  # The other two were written.


def test_a_run_that_matches_nothing_is_no_plain_success(console_of_furnished):
    page = console_of_furnished(f"/details/{EMPTY_FLOW}")
    run_flow(page)
    flash = told(page, f"{EMPTY_FLOW} ran, and nothing matched.")
    assert is_yellow(page, flash)
    expect(flash).to_contain_text("40 records")
    expect(flash).to_contain_text("nobody")  # The filter that took them out.


def test_a_run_is_drilled_into_down_to_the_log_lines_of_its_connector(
        console_of_furnished, furnished):
    page = console_of_furnished(f"/details/{FLOW}")
    page.get_by_role("tab", name=named("Run history")).click()
    run = furnished.route(f"/details/{FLOW}/runs/LAST")
    page.locator(f"a[href='#{run}']").click()
    expect(page).to_have_url(re.compile(run))
    expect(page.get_by_text("Records processed").first).to_be_visible()
    expect(page.get_by_text("WriteData").first).to_be_visible()


def test_a_draft_survives_a_reload_and_a_lost_connection(open_page, service):
    page = open_page()
    log_in(page, service, "/create/1")
    name = page.get_by_label("Flow name")
    description = page.get_by_label(re.compile("^Flow description"))
    name.fill("half-done")
    description.fill("what it is for")
    page.reload()
    expect(name).to_have_value("half-done")
    expect(description).to_have_value("what it is for")

    expect_failures(page, "")
    page.wait_for_load_state("networkidle")
    page.context.set_offline(True)
    page.get_by_role("button", name=named("Next")).last.click()
    source = page.get_by_role("region", name=named("Source details"))
    person = Mouse(page)
    person.choose(source.get_by_label("Source name").and_(page.locator("button")), "S3")
    bucket = source.get_by_label("Choose an S3 bucket").and_(page.locator("input"))
    bucket.click()
    expect(page.get_by_text("The service does not answer").first).to_be_visible()
    page.context.set_offline(False)
    page.get_by_role("button", name="Retry", exact=True).first.click()
    expect(page.get_by_text("No buckets").first).to_be_visible()
    page.goto(f"{service.url}/appflow/home#/create/1")
    expect(name).to_have_value("half-done")


def test_a_folder_without_files_is_warned_of_before_one_goes_on(open_page, furnished, buckets):
    page = open_page()
    log_in(page, furnished, f"/edit/{FLOW}/2")
    source = page.get_by_role("region", name=named("Source details"))
    prefix = source.get_by_label(re.compile("^Enter bucket prefix"))
    warning = source.get_by_text("There are no files with records in s3://data/later yet.")
    expect_failures(page, "/preview-records")
    prefix.press_sequentially("/later")
    expect(warning).to_be_hidden()
    prefix.fill("later")
    expect(warning).to_be_visible()
    assert "no files" in described(prefix)
    (buckets / "data" / "later").mkdir()
    (buckets / "data" / "later" / "one.csv").write_text("id,name,age\n1,Ann,31\n")
    source.get_by_role("button", name="Refresh buckets").click()
    expect(warning).to_be_hidden()
    page.get_by_role("button", name=named("Cancel")).last.click()


def test_times_are_in_the_viewers_zone_and_in_utc_on_hover(console_of_furnished, furnished):
    [run] = [run for run in furnished.service.client("appflow").describe_flow_execution_records(
        flowName=FLOW)["flowExecutions"]
        if run["executionId"] in furnished.route(f"/details/{FLOW}/runs/LAST")]
    started = run["startedAt"].astimezone(datetime.timezone.utc)
    there = started.astimezone(zoneinfo.ZoneInfo("Asia/Shanghai"))
    for language, shown in {
            "en": f"{there.month}/{there.day}/{there.year}, {there:%I:%M %p}".replace(", 0", ", "),
            "zh": f"{there.year}/{there.month}/{there.day} {there.hour}:{there:%M}"}.items():
        page = console_of_furnished(furnished.route(f"/details/{FLOW}/runs/LAST"),
                                    language=language)
        time = page.locator(f"time[title='{started:%Y-%m-%d %H:%M:%S} UTC']").first
        expect(time).to_have_text(re.compile(re.escape(shown).replace(r"\ ", r"\s")))


def test_no_sentence_is_left_in_english_on_a_chinese_page(console_of_furnished, furnished):
    page = console_of_furnished(language="zh")
    left = {}
    for route in IN_CHINESE:
        page.goto(f"{furnished.url}/appflow/home#{furnished.route(route)}")
        page.wait_for_load_state("networkidle")
        expect(page.get_by_role("heading", level=1).first).to_be_visible()
        texts = page.get_by_role("main").evaluate("""main => {
            const found = [], walk = document.createTreeWalker(main, NodeFilter.SHOW_TEXT);
            while (walk.nextNode()) {
              const {parentElement: within, data} = walk.currentNode;
              // Code, and what connectors, connections and flows say of themselves.
              if (within.checkVisibility() && !within.closest('code, [lang=en], [role=log], td')) {
                found.push(data);
              }
            }
            return found; }""")
        # The tutorial's words are kept, and followed by their translation.
        # (And a registered connector's sentence about itself is its own.)
        texts = [text for text in texts if text != "Reads and writes the tables of TiDB"]
        sentence = re.compile(r"(?:\b[A-Za-z][\w’']*[ ,]+){3}[a-z]+\b(?![^（）]*（)")
        left[route] = [text for text in texts if sentence.search(text)]
        assert "undefined" not in "".join(texts)
    assert {route: found for route, found in left.items() if found} == {}
