"""One flow becomes the pattern of many: objects are picked, looked at before anything is made, and
made all at once. What comes of it is looked up in the service, in its buckets and in TiDB."""

import json
import re

import pytest
from conftest import TIDB_PASSWORD, TIDB_USER
from harness import s3_flows, tutorial
from harness.processes import wait_until
from playwright.sync_api import expect

from console.conftest import expect_failures, log_in

TABLES = {
    "orders": "id INT PRIMARY KEY, status VARCHAR(20), total DECIMAL(10,2)",
    "order_lines": "id INT PRIMARY KEY, status VARCHAR(20), quantity INT",
    "order_notes": "id INT PRIMARY KEY, note VARCHAR(80)",
    "order_tags": "id INT PRIMARY KEY, tag VARCHAR(80), status VARCHAR(20)",
    "people": "id INT PRIMARY KEY, name VARCHAR(80)",
}
ONLY_OPEN = {"taskType": "Filter", "sourceFields": ["status"],
             "connectorOperator": {"CustomConnector": "EQUAL_TO"},
             "taskProperties": {"DATA_TYPE": "varchar(20)", "VALUE": "open"}}


def side(role, entity, **more):
    return {"connectorType": "CustomConnector", "apiVersion": "v1", "connectorProfileName": "tables",
            f"{role}ConnectorProperties": {"CustomConnector": {"entityName": entity} | more}}


def map_all():
    return {"taskType": "Map_all", "sourceFields": [], "connectorOperator":
            {"CustomConnector": "NO_OP"}, "taskProperties": {"EXCLUDE_SOURCE_FIELDS_LIST": "[]"}}


def mapped(fields):
    return [{"taskType": "Filter", "sourceFields": fields, "taskProperties": {},
             "connectorOperator": {"CustomConnector": "PROJECTION"}},
            *({"taskType": "Map", "sourceFields": [field], "destinationField": field,
               "connectorOperator": {"CustomConnector": "NO_OP"}, "taskProperties": {}}
              for field in fields)]


@pytest.fixture(scope="module")
def stocked(service_on_folders, buckets, tidb, database):
    """A database with a few tables, and a bucket to copy them to."""
    (buckets / "out").mkdir()
    tutorial.connect_tidb(service_on_folders, tutorial.tidb_credentials(
        tidb, database, TIDB_USER, TIDB_PASSWORD), "tables", "TiDB")
    for table, columns in TABLES.items():
        tidb.query(f"CREATE TABLE {table} ({columns})", database=database)
        has_status = "status" in columns
        for n in range(1, 5):
            values = {"id": n} | ({"status": "open" if n % 2 else "done"} if has_status else {})
            names, row = ", ".join(values), ", ".join(repr(value) for value in values.values())
            tidb.query(f"INSERT INTO {table} ({names}) VALUES ({row})", database=database)
    return service_on_folders


@pytest.fixture
def appflow(stocked):
    return stocked.client("appflow")


@pytest.fixture
def copies(open_page, stocked):
    def open(flow, **options):
        page = open_page(**options)
        log_in(page, stocked, f"/copies/{flow}")
        expect(page.get_by_role("region", name="Pick objects")).to_be_visible()
        return page
    return open


def region(page, name):
    return page.get_by_role("region", name=name)


def previewed(page, table):
    """The row of the preview whose source object is `table`."""
    rows = region(page, "Preview").get_by_role("row")
    return rows.filter(has=page.get_by_role("gridcell", name=table, exact=True))


def edit(page, row, what, value):
    row.get_by_role("button", name=re.compile(f"^Edit {what} of")).click()
    field = row.get_by_role("textbox", name=what)
    field.fill(value)
    field.press("Enter")


def create(page, count):
    button = page.get_by_role("button", name=f"Create {count} flow{'s' if count > 1 else ''}")
    expect(button).to_be_enabled()
    button.click()


def records_in(folder):
    return [json.loads(line) for path in sorted(folder.rglob("*")) if path.is_file()
            for line in path.open()]


def test_many_tables_get_flows_by_a_pattern_and_a_preview(copies, appflow, buckets):
    s3_flows.create(appflow, "tidb-orders", side("source", "orders"),
                    s3_flows.destination("out", "lake", fileType="JSON"), [ONLY_OPEN, map_all()],
                    {"team": "shop"})
    s3_flows.create(appflow, "tidb-order_tags", side("source", "people"),
                    s3_flows.destination("out", "other"), [map_all()])
    page = copies("tidb-orders")
    own = region(page, "Pick objects").get_by_role("row").filter(has_text="This flow’s object")
    expect(own).to_contain_text("orders")
    page.get_by_label("Pick by name").fill("order*")
    expect(region(page, "Preview").get_by_role("row")).to_have_count(4)  # And the header.

    lines, notes, tags = (previewed(page, table) for table in
                          ("order_lines", "order_notes", "order_tags"))
    expect(lines).to_contain_text("tidb-order_lines")
    expect(lines).to_contain_text("s3://out/lake/tidb-order_lines")
    expect(lines).to_contain_text("Ready")
    expect(notes).to_contain_text("Filters left out")
    expect(notes).to_contain_text("status")
    expect(tags).to_contain_text("A flow of this name is there already.")
    expect(page.get_by_text("1 row is not ready")).to_be_visible()
    edit(page, tags, "Flow name", "tags of orders")
    expect(tags).to_contain_text("Needs a correction")
    edit(page, tags, "Flow name", "tidb-tags")
    expect(tags).to_contain_text("Ready")

    page.get_by_label("Run each flow once it is created").check(force=True)
    create(page, 3)
    expect(page.get_by_text("3 flows are created.")).to_be_visible()
    expect(region(page, "Preview").get_by_text("Created", exact=True)).to_have_count(3)
    template = appflow.describe_flow(flowName="tidb-orders")
    for name, filters in {"tidb-order_lines": 1, "tidb-order_notes": 0, "tidb-tags": 1}.items():
        flow = appflow.describe_flow(flowName=name)
        assert flow["destinationFlowConfigList"] == template["destinationFlowConfigList"]
        assert flow["tags"] == {"team": "shop"}
        kinds = [task["taskType"] for task in flow["tasks"]]
        assert kinds == ["Filter"] * filters + ["Map_all"]
        run = s3_flows.wait_for_end(appflow, name)
        assert run["executionStatus"] == "Successful", run
    assert [record["id"] for record in records_in(buckets / "out/lake/tidb-order_lines")] == [1, 3]
    assert len(records_in(buckets / "out/lake/tidb-order_notes")) == 4

    page.get_by_role("link", name="Show them in the list").click()
    expect(page.get_by_label("Find flows")).to_have_value("tidb-")
    expect(page.get_by_role("link", name="tidb-tags")).to_be_visible()


def test_tables_that_are_not_there_are_made(copies, appflow, tidb, database):
    tidb.query("CREATE TABLE copy_of_orders LIKE orders", database=database)
    s3_flows.create(appflow, "orders-within", side("source", "orders"), side(
        "destination", "copy_of_orders", writeOperationType="UPSERT", idFieldNames=["id"]),
        mapped(["id", "status", "total"]))
    page = copies("orders-within")
    page.get_by_label("Pick by name").fill("people, order_lines")
    people = previewed(page, "people")
    expect(people).to_contain_text("copy_of_people")
    expect(people).to_contain_text("The destination has no object copy_of_people.")
    expect(page.get_by_role("button", name="Create 0 flows")).to_be_disabled()
    page.get_by_label("Make destination tables that are not there").check(force=True)
    expect(people).to_contain_text("Ready")
    expect(people).to_contain_text("Will be made by the first run")
    page.get_by_label("Run each flow once it is created").check(force=True)
    create(page, 2)
    expect(page.get_by_text("2 flows are created.")).to_be_visible()
    for table in ("people", "order_lines"):
        run = s3_flows.wait_for_end(appflow, f"{table}-within")
        assert run["executionStatus"] == "Successful", run
        assert tidb.query(f"SELECT count(*) FROM copy_of_{table}", database=database) == ((4,),)
    keys = tidb.query("SHOW KEYS FROM copy_of_people WHERE Key_name = 'PRIMARY'", database=database)
    assert [key[4] for key in keys] == ["id"]


def test_an_answer_that_is_lost_makes_no_second_flow_and_a_failed_row_is_made_later(copies, appflow):
    s3_flows.create(appflow, "people-out", side("source", "people"),
                    s3_flows.destination("out", "people"), [map_all()])
    page = copies("people-out")
    for table in ("orders", "order_notes"):
        page.get_by_role("checkbox", name=f"Pick {table}", exact=True).check(force=True)
    row = previewed(page, "orders")
    expect(row).to_contain_text("Ready")
    expect_failures(page, "/create-flow")

    def lose(call):
        if "orders-out" in call.request.post_data:
            call.fetch()
            return call.abort()
        return call.continue_()
    page.route(re.compile("/create-flow$"), lose)
    create(page, 2)
    expect(row).to_contain_text("The service does not answer")
    expect(previewed(page, "order_notes")).to_contain_text("Created")
    assert appflow.describe_flow(flowName="orders-out")
    page.unroute(re.compile("/create-flow$"))
    create(page, 1)
    expect(page.get_by_text("2 flows are created.")).to_be_visible()

    # In a new tab's eyes, too, what was made is made.
    page.reload()
    page.get_by_label("Pick by name").fill("orders")
    expect(previewed(page, "orders")).to_contain_text("A flow of this name is there already.")


def test_what_was_said_is_there_after_a_reload(copies, appflow):
    s3_flows.create(appflow, "kept", side("source", "people"),
                    s3_flows.destination("out", "kept"), [map_all()])
    page = copies("kept")
    page.get_by_label("Pick by name").fill("order_*")
    page.get_by_label("Names of the new flows").fill("nightly.{object}")
    notes = previewed(page, "order_notes")
    edit(page, notes, "Flow name", "by-hand")
    previewed(page, "order_tags").get_by_role("checkbox").uncheck(force=True)
    expect(page.get_by_role("button", name="Create 2 flows")).to_be_visible()
    page.reload()
    expect(notes).to_contain_text("by-hand")
    expect(previewed(page, "order_lines")).to_contain_text("nightly.order_lines")
    expect(previewed(page, "order_tags")).to_contain_text("Left out")
    expect(page.get_by_role("button", name="Create 2 flows")).to_be_visible()
    page.get_by_role("button", name="Cancel", exact=True).click()
    expect(page).to_have_url(re.compile("#/details/kept$"))
    page.get_by_role("button", name="Actions").click()
    page.get_by_role("menuitem", name="Copy to many objects").click()
    expect(page.get_by_label("Pick by name")).to_have_value("")


@pytest.fixture
def shop(tidb):
    """A database that has no dot in its name, as AppFlow's paths want it."""
    tidb.make_database("copies_shop", TIDB_USER, TIDB_PASSWORD)
    for table in ("people", "orders"):
        tidb.query(f"CREATE TABLE {table} ({TABLES[table]})", database="copies_shop")
    yield "copies_shop"
    tidb.query("DROP DATABASE copies_shop")


def test_databases_and_folders_are_opened(open_page, stocked, appflow, buckets, tidb, shop):
    tutorial.connect_tidb(stocked, tutorial.tidb_credentials(
        tidb, None, TIDB_USER, TIDB_PASSWORD), "all-databases", "TiDB")
    source = side("source", f"{shop}.people") | {"connectorProfileName": "all-databases"}
    s3_flows.create(appflow, "nested", source, s3_flows.destination("out", "nested"), [map_all()])
    page = open_page()
    log_in(page, stocked, "/list")
    page.get_by_role("radio", name="Select nested").check(force=True)
    page.get_by_role("button", name="Other ways to copy").click()
    page.get_by_role("menuitem", name="Copy to many objects").click()
    levels = page.get_by_role("navigation", name="Where the objects are")
    expect(levels).to_contain_text(shop)
    page.get_by_label("Pick by name").fill("orders")
    expect(previewed(page, f"{shop}.orders")).to_contain_text("nested-orders")
    levels.get_by_role("link", name="All").click()
    page.get_by_role("button", name=f"Open {shop}").click()
    expect(page.get_by_role("checkbox", name=f"Pick {shop}.people")).to_be_visible()

    for folder in ("a", "b"):
        (buckets / "out" / "in" / folder).mkdir(parents=True)
        (buckets / "out" / "in" / folder / "x.csv").write_text("id\n1\n")
    s3_flows.create(appflow, "files", s3_flows.source("out", "in/a", "CSV"),
                    s3_flows.destination("out", "files"), s3_flows.tasks(["id"]))
    page.goto(f"{stocked.url}/appflow/home#/copies/files")
    page.get_by_label("Pick by name").fill("*")
    expect(previewed(page, "out/in/b")).to_contain_text("files-b")
    create(page, 1)
    expect(page.get_by_text("1 flow is created.")).to_be_visible()
    wait_until(lambda: appflow.describe_flow(flowName="files-b")["sourceFlowConfig"][
        "sourceConnectorProperties"]["S3"]["bucketPrefix"] == "in/b", 5, "the flow of the folder")
