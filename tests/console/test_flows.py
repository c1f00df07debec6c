"""What somebody does with flows that are there: edits them, watches them run, corrects what was
refused. What comes of it is looked up in the service and in TiDB."""

import re

import pytest
from harness import s3_flows
from harness.processes import wait_until
from playwright.sync_api import expect

from console.conftest import expect_failures, log_in
from console.furniture import FIELDS, FLOW, REFUSING_FLOW, into_tidb
from console.person import Mouse, named
from console.tutorial_script import Reader

TABLE = ("CREATE TABLE `{}` (id INT PRIMARY KEY, name VARCHAR(80), age INT, since DATETIME, "
         "both_of_them VARCHAR(80))")


@pytest.fixture
def appflow(furnished):
    return furnished.service.client("appflow")


@pytest.fixture
def table(tidb, database, request):
    """An empty table of the test's own, named as its flow."""
    name = request.node.name.replace("test_", "")[:40]
    tidb.query(TABLE.format(name), database=database)
    return name


@pytest.fixture
def reader(open_page, furnished, sandbox, tidb, database):
    def open(route, **options):
        page = open_page(**options)
        log_in(page, furnished, furnished.route(route))
        return Reader(page, Mouse(page), furnished, sandbox, tidb, database)
    return open


def make_flow(appflow, buckets, name, lines, tasks, **destination):
    folder = buckets / "data" / name
    folder.mkdir()
    (folder / "records.csv").write_text(lines)
    s3_flows.create(appflow, name, s3_flows.source("data", name, "CSV"),
                    into_tidb(name, **destination), tasks)


def save(reader):
    """From wherever in the wizard to the flow's page."""
    while not re.search(r"/5$", reader.page.url):
        step = reader.page.url
        reader.next()
        expect(reader.page).not_to_have_url(step)
    reader.person.press(reader.button("Save"))
    expect(reader.page.get_by_text("successfully updated.").first).to_be_visible()
    expect(reader.page).to_have_url(re.compile("#/details/"))


def lasting(flow):
    """What an update that means to change nothing else leaves as it is."""
    return {member: flow.get(member) for member in (
        "sourceFlowConfig", "destinationFlowConfigList", "tasks", "triggerConfig", "kmsArn",
        "createdAt", "flowStatus")}


def test_an_edited_flow_keeps_what_the_wizard_can_not_draw(reader, appflow, buckets, table):
    def task(kind, sources, operator, destination):
        return {"taskType": kind, "sourceFields": sources, "destinationField": destination,
                "connectorOperator": {"S3": operator}, "taskProperties": {}}
    make_flow(appflow, buckets, table, "id,name,age\n3,Ann,4\n", [
        *s3_flows.tasks(FIELDS)[:-1],
        task("Arithmetic", ["id", "age"], "ADDITION", "sum"),  # A calculation with the result of
        task("Arithmetic", ["sum", "age"], "MULTIPLICATION", "product"),  # another has no form.
        task("Map", ["product"], "NO_OP", "age")])
    before = appflow.describe_flow(flowName=table)

    editor = reader(f"/edit/{table}/2")
    editor.person.enter(editor.page.get_by_label(re.compile("^Flow description")), "edited")
    save(editor)
    after = appflow.describe_flow(flowName=table)
    assert after["description"] == "edited"
    assert lasting(after) == lasting(before)
    editor.page.reload()
    expect(editor.page.get_by_text("MULTIPLICATION").first).to_be_attached()


def test_a_run_is_watched_and_canceled(reader, appflow, buckets, table):
    make_flow(appflow, buckets, table, "id,name,age\n" + "".join(
        f"{n},Customer {n},{n % 90}\n" for n in range(200_000)), s3_flows.tasks(FIELDS))
    watcher = reader(f"/details/{table}")
    watcher.person.press(watcher.button("Run flow"))
    cancel = watcher.button("Cancel this flow run")
    progress = watcher.page.get_by_text(re.compile(r"^[\d,]+ records · ")).first
    seen = set()

    def grows():
        if progress.is_visible():
            seen.add(int(re.match(r"[\d,]+", progress.inner_text())[0].replace(",", "")))
        return len(seen) > 1
    wait_until(grows, 30, "the count to grow", every=0.1)
    assert max(seen) < 200_000, "the count is told at the end only"
    cancel.click()
    expect(watcher.page.get_by_text(f"The run of {table} was canceled.").first).to_be_visible()
    record = s3_flows.record_of(appflow, table)
    assert record["executionStatus"] == "Canceled"
    row = watcher.page.get_by_role("row").filter(has_text=record["executionId"][:8])
    watcher.page.get_by_role("tab", name=named("Run history")).click()
    expect(row.get_by_text("Canceled")).to_be_visible()


def test_records_on_their_way_into_a_file_are_counted(reader, appflow, buckets, table):
    """A file is durable once it is whole: until then nothing else tells that the run goes on."""
    count = 2_000_000
    folder = buckets / "data" / table
    folder.mkdir()
    (folder / "records.csv").write_text("id,name,age\n" + "".join(
        f"{n},Customer {n} of a file that takes its time,{n % 90}\n" for n in range(count)))
    s3_flows.create(appflow, table, s3_flows.source("data", table, "CSV"),
                    s3_flows.destination("data", table + "-out", fileType="PARQUET"),
                    s3_flows.tasks(FIELDS))
    watcher = reader(f"/details/{table}")
    watcher.page.evaluate("""() => {
        window.seen = [];
        new MutationObserver(() => seen.push(...document.body.innerText.split('\\n')
            .filter(line => /records.* (on their way|\\/s)/.test(line) && !seen.includes(line))))
            .observe(document.body, {subtree: true, childList: true, characterData: true});
    }""")
    watcher.person.press(watcher.button("Run flow"))
    expect(watcher.page.get_by_text(f"{table} finished running successfully.").first
           ).to_be_visible(timeout=60_000)
    first, *_ = seen = watcher.page.evaluate("seen")
    assert re.match(r"[\d,]+ records on their way · ", first), seen
    assert s3_flows.record_of(appflow, table)["executionResult"]["recordsProcessed"] == count


def test_what_was_typed_stays_when_the_flow_can_not_be_read_again(reader, appflow, buckets, table):
    make_flow(appflow, buckets, table, "id,name,age\n" + "".join(
        f"{n},Customer {n},{n % 90}\n" for n in range(200_000)), s3_flows.tasks(FIELDS))
    editor = reader(f"/details/{table}")
    page = editor.page
    editor.person.press(editor.button("Run flow"))
    expect(editor.button("Cancel this flow run")).to_be_visible()
    page.evaluate(f"location.hash = '#/edit/{table}/2'")
    description = page.get_by_label(re.compile("^Flow description"))
    editor.person.enter(description, "edited")
    expect_failures(page, "/describe-flow")
    page.route("**/describe-flow", lambda route: route.fulfill(
        status=503, json={"message": "Away."}, headers={"x-amzn-ErrorType": "InternalServerException"}))
    appflow.cancel_flow_executions(flowName=table)  # At a run's end flows are read again.
    expect(page.get_by_text(f"It is not known how the run of {table} stands").first).to_be_visible()
    page.wait_for_load_state("networkidle")
    expect(description).to_have_value("edited")


def test_a_refused_record_is_corrected_and_sent_again(reader, tidb, database):
    corrector = reader(f"/details/{REFUSING_FLOW}/runs/LAST")
    page = corrector.page
    row = page.get_by_role("row").filter(has_text="Bob").first
    row.get_by_role("checkbox").check(force=True)
    corrector.person.press(corrector.button("Correct and send again"))
    dialog = corrector.dialog("Correct and send again")
    text = dialog.get_by_role("textbox").first
    record = text.input_value()
    assert '"many"' in record

    text.fill(record.replace('"many"', '"many'))
    corrector.person.press(corrector.button("Send again", dialog))
    expect(text).to_have_attribute("aria-invalid", "true")
    text.fill(record.replace('"many"', '"32"'))
    corrector.person.press(corrector.button("Send again", dialog))
    expect(dialog).to_be_hidden()
    expect(page.get_by_text(f"{REFUSING_FLOW} finished running successfully.").first
           ).to_be_visible(timeout=30_000)
    assert tidb.query("SELECT age FROM customers WHERE id = 2 AND name = 'Bob'",
                      database=database) == ((32,),)
    # It can't be sent twice, and leads to the run that sent it.
    expect(row.get_by_role("checkbox")).to_be_disabled()
    row.get_by_role("link").click()
    expect(page.get_by_text("Sends again records of").first).to_be_visible()


def test_records_are_previewed_before_and_after(reader, tidb, database):
    count = "SELECT count(*) FROM customers"
    there = tidb.query(count, database=database)
    editor = reader(f"/edit/{REFUSING_FLOW}/3")
    editor.person.press(editor.button("Preview records"))
    rows = editor.region("Preview").get_by_role("row")
    mapped = rows.filter(has_text="Ann")
    expect(mapped.get_by_role("cell").nth(0)).to_contain_text("31")
    expect(mapped.get_by_role("cell").nth(1)).to_contain_text("31")
    refused = rows.filter(has_text="Bob")
    expect(refused).to_contain_text("many")
    expect(refused).to_contain_text("Refused")
    expect(refused).to_contain_text("age")
    assert tidb.query(count, database=database) == there


def test_filters_by_number_and_by_time(reader, appflow, buckets, table, tidb, database):
    # In the viewer's zone, which is eight hours before UTC.
    make_flow(appflow, buckets, table,
              "id,name,age,since\n"
              "1,Too young,30,2026-02-01T00:00:00Z\n2,Too early,31,2026-01-30T23:59:59Z\n"
              "3,Right,31,2026-01-31T00:00:00Z\n", s3_flows.tasks([*FIELDS, "since"]))
    editor = reader(f"/edit/{table}/4")
    page = editor.page

    def add(field, compared_as, condition):
        editor.person.press(editor.button("Add filter"))
        editor.person.choose(editor.page.get_by_label("Field name").last, field)
        editor.person.choose(editor.page.get_by_label("Compare as").last, compared_as)
        editor.person.choose(editor.page.get_by_label("Condition").last, condition)

    add("age", "Number", "is greater than (>)")
    editor.person.enter(page.get_by_label("Criteria 1", exact=True).last, "30")
    add("since", "Date and time", "is on or after")
    editor.person.enter(page.get_by_placeholder("YYYY/MM/DD"), "2026/01/31")
    editor.person.enter(page.get_by_placeholder("hh:mm:ss"), "08:00:00")
    expect(page.get_by_text("In UTC: 2026-01-31T00:00:00Z.")).to_be_visible()
    save(editor)

    filters = [task for task in appflow.describe_flow(flowName=table)["tasks"]
               if task["taskType"] == "Filter" and task["connectorOperator"]["S3"] != "PROJECTION"]
    assert [(task["sourceFields"], task["connectorOperator"], task["taskProperties"])
            for task in filters] == [
        (["age"], {"S3": "GREATER_THAN"}, {"DATA_TYPE": "BigDecimal", "VALUE": "30"}),
        (["since"], {"S3": "GREATER_THAN_OR_EQUAL_TO"},
         {"DATA_TYPE": "DateTime", "VALUE": "1769817600000"})]
    s3_flows.run(appflow, table)
    assert tidb.query(f"SELECT name FROM `{table}`", database=database) == (("Right",),)


def test_values_are_masked_and_joined(reader, appflow, buckets, table, tidb, database):
    make_flow(appflow, buckets, table, "id,name,age\n1,Ann Lee,31\n2,\u738b\u5c0f\u660e,32\n",
              s3_flows.tasks(FIELDS))
    editor = reader(f"/edit/{table}/3")
    page = editor.page

    def tick(*fields):
        for field in fields:
            page.get_by_role("checkbox", name=f"Select {field}").check(force=True)

    tick("id", "age")
    editor.person.press(editor.button("Add formula"))
    dialog = editor.dialog("Add formula")
    expect(editor.card("Concatenate", dialog)).to_be_checked()
    editor.person.enter(dialog.get_by_label(re.compile("^Separator")), " / ")
    editor.person.choose(editor.select("Destination field", dialog), "both_of_them")
    editor.person.press(editor.button("Add formula", dialog))
    expect(dialog).to_be_hidden()

    tick("name")
    editor.person.press(editor.button("Modify values"))
    dialog = editor.dialog("Modify values")
    editor.person.pick(editor.card("Mask last n characters", dialog))
    editor.person.press(editor.button("Save", dialog))
    expect(dialog.get_by_label("Number of characters")).to_have_attribute("aria-invalid", "true")
    editor.person.enter(dialog.get_by_label("Number of characters"), "2")
    editor.person.enter(dialog.get_by_label("Mask character"), "#")
    editor.person.press(editor.button("Save", dialog))
    expect(page.get_by_text("Mask last 2").first).to_be_visible()
    save(editor)
    s3_flows.run(appflow, table)
    assert tidb.query(f"SELECT id, name, age, both_of_them FROM `{table}` ORDER BY id",
                      database=database) == (
        (1, "Ann L##", 31, "1 / 31"), (2, "\u738b##", 32, "2 / 32"))


def test_a_flow_is_copied_and_deleted(reader, appflow):
    page = reader(f"/details/{FLOW}").page
    page.get_by_role("button", name="Actions").click()
    page.get_by_role("menuitem", name="Copy to new flow").click()
    expect(page).to_have_url(re.compile(r"#/create/1"))
    page.get_by_label("Flow name").fill("customers-again")
    for _ in range(4):
        page.get_by_role("button", name=named("Next")).last.click()
    page.get_by_role("button", name=named("Create flow")).last.click()
    expect(page.get_by_text("customers-again successfully created.").first).to_be_visible()
    original, copy = (appflow.describe_flow(flowName=name) for name in (FLOW, "customers-again"))
    for member in ("sourceFlowConfig", "destinationFlowConfigList", "tasks", "triggerConfig"):
        assert copy[member] == original[member]

    page.get_by_role("button", name="Actions").click()
    page.get_by_role("menuitem", name="Delete").click()
    dialog = page.get_by_role("dialog")
    name, delete = dialog.get_by_role("textbox"), dialog.get_by_role("button", name="Delete")
    name.fill("Customers-again")
    delete.click()
    expect(name).to_have_attribute("aria-invalid", "true")
    name.fill("customers-again")
    delete.click()
    expect(page).to_have_url(re.compile(r"#/list"))
    told = page.get_by_text("customers-again successfully deleted.", exact=True)
    expect(told).to_be_visible()
    page.wait_for_timeout(5_000)  # Somebody reads it, and goes on.
    page.get_by_role("link", name="Connections", exact=True).click()
    expect(page).to_have_url(re.compile(r"#/connections"))
    expect(told).to_be_hidden()
    names = [flow["flowName"] for flow in appflow.list_flows()["flows"]]
    assert "customers-again" not in names and FLOW in names


def test_next_can_be_pressed_again_once_the_next_step_is_there(reader):
    """A press in between would be lost."""
    page = reader("/connections").page
    awaited = []
    page.route("**/describe-connector-entity", lambda route: awaited.append(route))
    page.goto(f"{page.url.split('#')[0]}#/create/3?copy={FLOW}")
    next_button = page.get_by_role("button", name=named("Next")).last
    next_button.click()
    expect(next_button).to_be_disabled()
    page.evaluate("""() => {
        window.pressableAt = new Set();
        new MutationObserver(() => {
            const title = document.querySelector("main h2, main h1")?.textContent;
            const buttons = [...document.querySelectorAll("main button:not([aria-disabled=true])")];
            const isPressable = buttons.some(({ textContent }) => textContent === "Next");
            if (isPressable) window.pressableAt.add(title);
        }).observe(document.body, {subtree: true, childList: true, attributes: true});
    }""")
    for route in awaited:
        route.continue_()
    expect(page).to_have_url(re.compile("#/create/4"))
    expect(next_button).to_be_enabled()
    assert page.evaluate("[...window.pressableAt]") == ["Add filters"]


def test_how_long_a_run_tries_again_is_chosen_and_copied(reader, appflow, buckets, table):
    make_flow(appflow, buckets, table, "id,name,age\n", s3_flows.tasks(FIELDS))
    appflow.tag_resource(resourceArn=appflow.describe_flow(flowName=table)["flowArn"],
                         tags={"sluice:retryMinutes": "45", "team": "sales"})
    editor = reader(f"/edit/{table}/2")
    page, choice = editor.page, editor.select("If a system is away")
    expect(choice).to_have_text("Wait 45 minutes")
    editor.person.choose(choice, "Wait 2 hours")
    save(editor)
    expect(page.get_by_text("Wait 2 hours")).to_be_visible()
    tags = {"sluice:retryMinutes": "120", "team": "sales"}
    assert appflow.describe_flow(flowName=table)["tags"] == tags

    page.goto(f"{editor.service.url}/appflow/home#/create/1?copy={table}")
    page.get_by_label("Flow name").fill(f"{table}-2")
    expect(page.get_by_role("textbox", name="Key")).to_have_count(1)  # Of the tag "team".
    for _ in range(4):
        editor.next()
    expect(page.get_by_text("Wait 2 hours")).to_be_visible()
    editor.person.press(editor.button("Create flow"))
    expect(page.get_by_text(f"{table}-2 successfully created.").first).to_be_visible()
    assert appflow.describe_flow(flowName=f"{table}-2")["tags"] == tags

    page.goto(f"{editor.service.url}/appflow/home#/edit/{table}/2")
    editor.person.choose(choice, "Wait 5 minutes (default)")
    save(editor)
    assert appflow.describe_flow(flowName=table)["tags"] == {"team": "sales"}


def test_a_flow_begun_at_a_connector_comes_from_there(reader):
    page = reader("/gallery")
    page.person.press(page.button("Create flow from Amazon S3"))
    page.person.enter(page.field("Flow name"), "from-files")
    page.next()
    expect(page.select("Source name", page.region("Source details"))).to_contain_text("Amazon S3")


def test_the_way_out_of_the_wizard_leads_to_the_flows(reader):
    page = reader("/create/1")
    expect(page.field("Flow name")).to_be_visible()
    page.person.press(page.link("Flows"))
    expect(page.page.get_by_role("heading", name=re.compile(r"^Flows\b")).first).to_be_visible()
