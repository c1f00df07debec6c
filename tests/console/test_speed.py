"""What a person waits for: measured here, and told in build/test-output/console-speed.json. Times
are not asserted, since they are the machine's as well; what makes them is."""

import concurrent.futures
import gzip
import json

import pytest
from harness import s3_flows
from playwright.sync_api import expect

from console.conftest import log_in
from console.furniture import FLOW

MOST_SCRIPT_BYTES = 450_000
MOST_ROWS_DRAWN = 50
FLOWS = 10_000

# From before the first script on: what is painted, and what keeps the browser busy.
OBSERVE = """
window.paints = []; window.tasks = [];
new PerformanceObserver(list => paints.push(...list.getEntries().map(e => e.startTime)))
  .observe({type: 'largest-contentful-paint', buffered: true});
new PerformanceObserver(list => tasks.push(...list.getEntries().map(e => e.duration)))
  .observe({type: 'longtask', buffered: true});
"""


@pytest.fixture(scope="module")
def report(output):
    figures = {}
    yield figures
    text = json.dumps(figures, indent=2)
    (output / "console-speed.json").write_text(text + "\n")
    print(text)


@pytest.fixture(scope="module")
def many_flows(service_on_folders, buckets):
    (buckets / "data" / "many").mkdir(parents=True)
    (buckets / "data" / "many" / "a.csv").write_text("id,name\n1,a\n")
    appflow = service_on_folders.client("appflow")

    def create(number):
        s3_flows.create(appflow, f"flow-{number:05}", s3_flows.source("data", "many"),
                        s3_flows.destination("data"), s3_flows.tasks(["id", "name"]))
    with concurrent.futures.ThreadPoolExecutor(8) as pool:
        list(pool.map(create, range(FLOWS - len(appflow.list_flows()["flows"]))))
    return service_on_folders


@pytest.mark.parametrize("route", ["/overview", "/list"])
def test_the_first_page_is_small_and_soon_there(open_page, furnished, report, route):
    """Of a service with flows and runs. What counts is every script that the page fetches until it
    has nothing more to ask for: those for its charts and tables too, which it fetches last."""
    page = open_page()
    page.add_init_script(OBSERVE)
    log_in(page, furnished, route)
    page.wait_for_load_state("networkidle")
    page.goto("about:blank")  # What is still on its way is not of the page that is measured.
    scripts = []
    page.on("requestfinished", lambda request: request.resource_type == "script"
            and scripts.append(request.response()))
    page.goto(f"{furnished.url}/appflow/home#{route}")
    expect(page.get_by_role("heading", level=1).first).to_be_visible()
    expect(page.get_by_role("link", name=FLOW, exact=True).first).to_be_visible()
    page.wait_for_load_state("networkidle")
    size = sum(len(gzip.compress(script.body())) for script in scripts)
    paint = max(page.evaluate("paints"))
    report[route] = {"script_bytes_compressed": size, "scripts": len(scripts),
                     "largest_contentful_paint_ms": round(paint)}
    assert 0 < size <= MOST_SCRIPT_BYTES
    assert paint > 0


def test_ten_thousand_flows_scroll_and_search(open_page, many_flows, report):
    page = open_page()
    page.add_init_script(OBSERVE)
    log_in(page, many_flows)
    expect(page.get_by_text(f"({FLOWS:,})").or_(page.get_by_text(f"({FLOWS})")).first).to_be_visible(
        timeout=60_000)
    page.wait_for_load_state("networkidle")
    page.evaluate("tasks.length = 0")
    for _ in range(20):
        page.mouse.wheel(0, 400)
        page.wait_for_timeout(30)
    page.get_by_placeholder("Find flows").press_sequentially("flow-0999", delay=40)
    expect(page.get_by_role("link", name="flow-09990")).to_be_visible()
    page.get_by_role("button", name="Next page").or_(page.get_by_label("Next page")).first.wait_for()
    expect(page.get_by_role("link", name="flow-00001")).to_be_hidden()
    page.get_by_placeholder("Find flows").press("Control+a")
    page.get_by_placeholder("Find flows").press("Delete")
    page.wait_for_timeout(300)
    report[f"{FLOWS} flows"] = {
        # Tasks of less than 50 ms are not told by browsers.
        "longest_task_ms": round(max(page.evaluate("tasks"), default=0))}
    assert page.get_by_role("row").count() <= MOST_ROWS_DRAWN + 1
