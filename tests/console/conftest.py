"""A real browser, and a console in it."""

import os
import re

import pytest
from conftest import ROOT_KEY, TIDB_PASSWORD, TIDB_USER
from harness import tutorial
from playwright.sync_api import expect, sync_playwright

from console.furniture import furnish

expect.set_options(timeout=15_000)

# As a container without a GPU needs it; and nothing that calls home.
CHROMIUM = ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run",
            "--disable-background-networking", "--disable-component-update", "--disable-sync"]


@pytest.fixture(scope="session")
def browser(output):
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(
            executable_path=os.environ.get("SLUICE_CHROMIUM", "/usr/bin/chromium"), args=CHROMIUM)
        yield chromium
        chromium.close()


@pytest.fixture
def open_page(browser):
    """Opens pages that nothing is kept in from test to test. A console that complains of itself has
    a bug: any error or warning in the browser's log fails the test."""
    contexts, complaints, expected = [], [], []

    def open(language="en", theme="light", width=1280, height=900, **options):
        context = browser.new_context(viewport={"width": width, "height": height}, locale="en-US",
                                      timezone_id="Asia/Shanghai", **options)
        context.add_init_script(
            f"""location.origin == 'null' || localStorage.getItem('preferences') ||
            localStorage.setItem('preferences',
                                 JSON.stringify({{language: {language!r}, theme: {theme!r}}}));""")
        context.set_default_timeout(15_000)
        contexts.append(context)
        page = context.new_page()

        def watch(page):
            page.on("console", lambda message: message.type in ("error", "warning")
                    and not message.location["url"].endswith("/favicon.ico")  # Salesforce's.
                    and complaints.append(f"{message.text} ({message.location['url']})"))
            page.on("pageerror", lambda error: complaints.append(str(error)))
        context.on("page", watch)
        watch(page)
        page.complaints, page.expected_failures = complaints, expected
        return page

    yield open
    for context in contexts:
        context.close()
    for pattern in expected:
        others = [line for line in complaints if not re.match(pattern, line)]
        assert len(others) < len(complaints), f"nothing failed: {pattern}"
        complaints = others
    assert complaints == []


def expect_failures(page, address):
    """What the test makes fail: Chromium's own lines about requests to there are no complaints of the
    console's. There has to be one at the test's end."""
    page.expected_failures.append(rf"Failed to load resource: .*\(http://[^/]*{address}")


def log_in(page, service, route="/list", key=ROOT_KEY):
    """With the access key, at the log-in page, and on to a page of the console."""
    page.goto(f"{service.url}/appflow/home#{route}")
    page.get_by_label("Access key ID").or_(page.get_by_label("访问密钥 ID")).fill(key[0])
    page.locator("input[type=password]").fill(key[1])
    page.locator("input[type=password]").press("Enter")
    expect(page.get_by_role("navigation").first).to_be_visible()


@pytest.fixture
def console(open_page, service):
    """A page of the console of `service`, logged in."""
    def open(route="/list", **options):
        page = open_page(**options)
        log_in(page, service, route)
        return page
    return open


@pytest.fixture(scope="module")
def furnished(service_on_folders, buckets, tidb, database):
    return furnish(service_on_folders, buckets, tidb, database,
                   tutorial.tidb_credentials(tidb, database, TIDB_USER, TIDB_PASSWORD))


@pytest.fixture
def console_of_furnished(open_page, furnished):
    def open(route="/list", **options):
        page = open_page(**options)
        log_in(page, furnished, route)
        return page
    return open
