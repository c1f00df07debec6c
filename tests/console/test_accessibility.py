"""No page breaks a rule of WCAG 2.2 AA that a program can check, in light and in dark."""

import json

import pytest
from harness.processes import ROOT
from playwright.sync_api import expect

from console.conftest import log_in
from console.furniture import FLOW, FAILED_FLOW
from console.person import named

AXE = (ROOT / "console" / "node_modules" / "axe-core" / "axe.min.js").read_text()
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]

PAGES = ["/overview", "/gallery", "/connectors/TiDB-Connector", "/connectors/Salesforce", "/list",
         "/create/1", f"/edit/{FLOW}/2", f"/edit/{FLOW}/3", f"/edit/{FLOW}/4", f"/edit/{FLOW}/5",
         f"/details/{FLOW}", f"/details/{FAILED_FLOW}", f"/details/{FAILED_FLOW}/runs/LAST",
         "/connections", "/functions", "/logs", "/nothing-here"]


def violations(page):
    page.evaluate(AXE)
    found = page.evaluate(
        """rules => axe.run({runOnly: {type: 'tag', values: rules}}).then(found => found.violations)""",
        RULES)
    return [f"{rule['id']}: {rule['help']}: {json.dumps([node['html'] for node in rule['nodes']])[:600]}"
            for rule in found]


def settle(page):
    page.wait_for_load_state("networkidle")
    expect(page.get_by_role("heading", level=1).first).to_be_visible()


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_no_page_breaks_a_rule(open_page, furnished, theme):
    page = open_page(theme=theme)
    page.goto(f"{furnished.url}/")
    expect(page.locator("input[type=password]")).to_be_visible()
    broken = {"log-in": violations(page)}
    log_in(page, furnished)
    for route in PAGES:
        page.goto(f"{furnished.url}/appflow/home#{furnished.route(route)}")
        settle(page)
        broken[route] = violations(page)
    assert {route: found for route, found in broken.items() if found} == {}


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_no_dialog_breaks_a_rule(open_page, furnished, theme):
    page = open_page(theme=theme)
    log_in(page, furnished, "/gallery")
    broken = {}
    page.get_by_role("button", name=named("Register new connector")).click()
    expect(page.get_by_role("dialog")).to_be_visible()
    broken["register"] = violations(page)
    page.keyboard.press("Escape")
    for connector in ("Salesforce", "TiDB-Connector"):
        page.goto(f"{furnished.url}/appflow/home#/create/1?source={connector}")
        page.get_by_label("Flow name").fill("x1")
        page.get_by_role("button", name=named("Next")).last.click()
        page.get_by_role("region", name=named("Source details")).get_by_role(
            "button", name="Connect", exact=True).click()
        expect(page.get_by_role("dialog")).to_be_visible()
        broken[connector] = violations(page)
        page.keyboard.press("Escape")
    page.goto(f"{furnished.url}/appflow/home#/list")
    page.get_by_role("radio").first.check(force=True)
    page.get_by_role("button", name="Delete", exact=True).click()
    expect(page.get_by_role("dialog")).to_be_visible()
    broken["delete"] = violations(page)
    assert {dialog: found for dialog, found in broken.items() if found} == {}


@pytest.mark.parametrize("route", PAGES)
def test_every_page_fits_a_phone(console_of_furnished, furnished, route):
    page = console_of_furnished(furnished.route(route), width=375, height=740)
    settle(page)
    wide = page.evaluate("document.documentElement.scrollWidth - window.innerWidth")
    assert wide <= 0, f"{wide} pixels beyond the edge"
