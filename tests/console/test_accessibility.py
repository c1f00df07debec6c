"""No page breaks a rule of WCAG 2.2 AA that a program can check, in light and in dark."""

import pytest
from harness.processes import ROOT, wait_until
from playwright.sync_api import expect

from console.conftest import log_in
from console.furniture import FLOW, FAILED_FLOW
from console.person import named

AXE = (ROOT / "console" / "node_modules" / "axe-core" / "axe.min.js").read_text()
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]

PAGES = ["/overview", "/gallery", "/connectors/TiDB-Connector", "/connectors/Salesforce", "/list",
         "/create/1", f"/edit/{FLOW}/2", f"/edit/{FLOW}/3", f"/edit/{FLOW}/4", f"/edit/{FLOW}/5",
         f"/copies/{FLOW}", f"/details/{FLOW}", f"/details/{FAILED_FLOW}",
         f"/details/{FAILED_FLOW}/runs/LAST", "/connections", "/functions", "/logs",
         "/nothing-here"]


def violations(page):
    page.evaluate(AXE)
    found = page.evaluate(
        """rules => axe.run({runOnly: {type: 'tag', values: rules}}).then(found => found.violations)""",
        RULES)
    return [f"{rule['id']}: {node['html'][:300]}: {node['failureSummary']}"
            for rule in found for node in rule["nodes"]]


def settle(page):
    """Until all is there, and nothing is loading, fading in or sliding any more."""
    page.wait_for_load_state("networkidle")
    expect(page.get_by_role("heading", level=1).first).to_be_visible()
    wait_until(lambda: page.evaluate(  # Polled from here: the page's policy lets no text be run.
        "document.getAnimations().every(each => each.playState != 'running')"), 15,
        "the page to come to rest", every=0.05)


@pytest.mark.parametrize("theme, width", [("light", 1280), ("dark", 1280), ("light", 375)])
def test_no_page_breaks_a_rule(open_page, furnished, theme, width):
    page = open_page(theme=theme, width=width)
    page.goto(f"{furnished.url}/")
    expect(page.locator("input[type=password]")).to_be_visible()
    broken = {"log-in": violations(page)}
    log_in(page, furnished)
    for route in PAGES:
        page.goto("about:blank")  # Else the page before is still there for a while.
        page.goto(f"{furnished.url}/appflow/home#{furnished.route(route)}")
        settle(page)
        broken[route] = violations(page)
    assert {route: found for route, found in broken.items() if found} == {}


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_no_dialog_breaks_a_rule(open_page, furnished, theme):
    page = open_page(theme=theme)
    log_in(page, furnished, "/gallery")
    broken = {}

    def look_at(dialog):
        expect(page.get_by_role("dialog")).to_be_visible()
        settle(page)
        broken[dialog] = violations(page)

    page.get_by_role("button", name=named("Register new connector")).click()
    look_at("register")
    page.keyboard.press("Escape")
    for connector in ("Salesforce", "TiDB-Connector"):
        page.goto(f"{furnished.url}/appflow/home#/create/1?source={connector}")
        page.get_by_label("Flow name").fill("x1")
        page.get_by_role("button", name=named("Next")).last.click()
        page.get_by_role("region", name=named("Source details")).get_by_role(
            "button", name="Connect", exact=True).click()
        look_at(connector)
        page.keyboard.press("Escape")
    page.goto(f"{furnished.url}/appflow/home#/list")
    page.get_by_role("radio").first.check(force=True)
    page.get_by_role("button", name="Delete", exact=True).click()
    look_at("delete")
    assert {dialog: found for dialog, found in broken.items() if found} == {}


@pytest.mark.parametrize("route", PAGES)
def test_every_page_fits_a_phone(console_of_furnished, furnished, route):
    page = console_of_furnished(furnished.route(route), width=375, height=740)
    settle(page)
    wide = page.evaluate("document.documentElement.scrollWidth - window.innerWidth")
    assert wide <= 0, f"{wide} pixels beyond the edge"


def test_the_keyboard_gets_past_the_frame_and_to_each_new_page(console_of_furnished, furnished):
    page = console_of_furnished("/overview")
    settle(page)
    page.evaluate("document.activeElement.blur()")
    page.keyboard.press("Tab")
    expect(page.get_by_role("button", name="Skip to main content")).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_be_focused()
    page.get_by_role("link", name="Connections").first.click()
    expect(page.get_by_role("heading", level=1, name=named("Connections"))).to_be_focused()


def test_a_change_of_language_reaches_all_of_the_frame_at_once(console_of_furnished, furnished):
    page = console_of_furnished(furnished.route(f"/details/{FLOW}"))
    settle(page)
    page.get_by_role("button", name="Open help").click()
    frame = page.get_by_role("navigation").or_(page.get_by_role("complementary"))
    before = frame.all_inner_texts()
    page.get_by_role("button", name="Settings").click()
    page.get_by_role("menuitemcheckbox", name="中文").click()
    expect(page.get_by_role("navigation", name="路径导航")).to_contain_text("Flows（数据流）")
    expect(page.get_by_role("complementary").last).to_contain_text("运行")
    assert all(text not in frame.all_inner_texts() for text in before if text)
