"""Fields that change behind a flow's back: what its pages say of it, and when they ask first."""

import re

import pytest
from conftest import SALESFORCE
from harness import s3_flows, tutorial
from playwright.sync_api import expect

from console.conftest import expect_failures, log_in
from console.furniture import FIELDS, into_tidb
from console.person import Mouse, named
from console.test_accessibility import settle, violations
from console.tutorial_script import Reader

USED = {"en": "Fields that the flow uses have changed since it was saved",
        "zh": "数据流使用的字段在保存后发生了变化"}
CHANGED = "Fields that have changed since the flow was saved"


@pytest.fixture
def appflow(furnished):
    return furnished.service.client("appflow")


@pytest.fixture
def sql(tidb, database):
    return lambda statement: tidb.query(statement, database=database)


@pytest.fixture
def flow(appflow, buckets, sql, request):
    """A flow from files to a table, named as the test."""
    name = re.sub(r"\W", "_", request.node.name.replace("test_", ""))[:50].strip("_")
    sql(f"CREATE TABLE `{name}` (id INT PRIMARY KEY, name VARCHAR(80), age INT, note TEXT)")
    folder = buckets / "data" / name
    folder.mkdir()
    (folder / "records.csv").write_text("id,name,age\n1,Ann,31\n")
    s3_flows.create(appflow, name, s3_flows.source("data", name, "CSV"), into_tidb(name),
                    s3_flows.tasks(FIELDS))
    return name


@pytest.fixture
def reader(open_page, furnished, sandbox, tidb, database):
    def open(route, **options):
        page = open_page(**options)
        log_in(page, furnished, route)
        return Reader(page, Mouse(page), furnished, sandbox, tidb, database)
    return open


def runs(appflow, flow):
    return appflow.describe_flow_execution_records(flowName=flow)["flowExecutions"]


def cells(row):
    return [" ".join(text.split()) for text in row.get_by_role("cell").or_(
        row.get_by_role("rowheader")).all_inner_texts()]


@pytest.mark.parametrize("language, theme, width", [("en", "light", 1280), ("zh", "dark", 375)])
def test_a_dropped_column_is_shown_before_the_run(reader, appflow, sql, flow, language, theme, width):
    sql(f"ALTER TABLE `{flow}` DROP COLUMN age, MODIFY COLUMN note VARCHAR(20)")
    runner = reader(f"/details/{flow}", language=language, theme=theme, width=width)
    page = runner.page
    expect(page.get_by_text(USED[language])).to_be_visible()
    runner.person.press(runner.button("Run flow"))
    dialog = runner.dialog(USED[language])
    expect(dialog).to_contain_text(f"The destination entity '{flow}' has no field 'age'.")
    assert [cells(row) for row in dialog.get_by_role("row").all()[1:]] == [
        ["Destination", "age", "int", "Removed", "Yes"],
        ["Destination", "note", "text", "varchar(20)", "No"]] or language == "zh"
    settle(page)
    assert violations(page) == []
    runner.person.press(runner.button("Cancel" if language == "en" else "取消", dialog))
    expect(dialog).to_be_hidden()
    assert runs(appflow, flow) == []

    runner.person.press(runner.button("Run flow"))
    runner.person.press(runner.button("Run flow anyway", dialog))
    expect(page.get_by_text("edit the flow so that it fits").first).to_be_visible()
    [run] = runs(appflow, flow)
    assert run["executionStatus"] == "Error"

    # A run that failed is tried again from its own page, which asks, too.
    page.goto(f"{page.url.split('#')[0]}#/details/{flow}/runs/{run['executionId']}")
    runner.person.press(runner.button("Retry run"))
    runner.person.press(dialog.get_by_role("link", name=named("Edit flow")))
    expect(page).to_have_url(re.compile(rf"#/edit/{flow}/3$"))
    assert len(runs(appflow, flow)) == 1


def test_the_wizard_shows_what_has_changed_and_describes_a_side_again(reader, appflow, sql, flow):
    sql(f"ALTER TABLE `{flow}` DROP COLUMN age")
    editor = reader(f"/edit/{flow}/3")
    page = editor.page
    changed = page.get_by_role("table", name=CHANGED)
    expect(changed.get_by_role("row").filter(has_text="age")).to_contain_text("Removed")
    expect(page.get_by_role("table", name="Mapped fields").get_by_role("row").filter(
        has_text="age")).to_contain_text("no such field (any more)")

    sql(f"ALTER TABLE `{flow}` ADD COLUMN years INT")
    editor.person.press(editor.button("Refresh fields of the destination"))
    expect(changed.get_by_role("row").filter(has_text="years")).to_contain_text("Not there")
    page.get_by_role("checkbox", name="Select age").check(force=True)
    editor.person.press(editor.button("Remove selected mappings"))
    editor.person.choose(editor.select("Source field name"), "age", close=True)
    editor.person.choose(editor.select("Destination field name"), "years")
    editor.person.press(editor.button("Map fields"))
    for step in (4, 5):
        editor.next()
        expect(page).to_have_url(re.compile(rf"#/edit/{flow}/{step}$"))
    editor.person.press(editor.button("Save"))
    expect(page.get_by_text("successfully updated.").first).to_be_visible()
    settle(page)
    expect(page.get_by_text(USED["en"])).to_be_hidden()
    editor.person.press(editor.button("Run flow"))
    expect(page.get_by_text(f"{flow} finished running successfully.").first).to_be_visible()
    assert sql(f"SELECT years FROM `{flow}`") == ((31,),)


def test_a_new_flow_sees_new_fields_too(reader, buckets, flow):
    creator = reader(f"/create/1?copy={flow}")
    page = creator.page
    for step in (2, 3):
        creator.next()
        expect(page).to_have_url(re.compile(rf"#/create/{step}"))
    fields = page.get_by_role("option")
    source = creator.select("Source field name")
    expect(source).to_be_visible()
    (buckets / "data" / flow / "records.csv").write_text("id,name,age,city\n1,Ann,31,Ulm\n")
    creator.person.press(creator.button("Refresh fields of the source"))
    expect(page.get_by_text("The source has 4 fields.")).to_be_attached()
    source.click()
    expect(fields.filter(has_text="city").first).to_be_visible()
    expect(page.get_by_role("table", name=CHANGED)).to_have_count(0)


def test_new_fields_are_told_of_and_keep_no_run_waiting(reader, appflow, buckets, sql, flow):
    (buckets / "data" / flow / "records.csv").write_text("id,name,age,city,zip\n1,Ann,31,Ulm,89\n")
    sql(f"ALTER TABLE `{flow}` ADD COLUMN years INT")
    runner = reader(f"/details/{flow}")
    page = runner.page
    notice = page.get_by_text("2 new fields in the source aren’t mapped. "
                              "1 new field in the destination isn’t mapped.")
    expect(notice).to_be_visible()
    runner.person.press(runner.button("Run flow"))
    expect(page.get_by_text(f"{flow} finished running successfully.").first).to_be_visible()
    expect(page.get_by_role("dialog")).to_have_count(0)
    expect(page.get_by_role("main").get_by_role("link", name="Edit flow")).to_have_attribute(
        "href", f"#/edit/{flow}/3")
    settle(page)
    assert violations(page) == []


def test_fields_that_can_not_be_compared_keep_no_flow_from_running(reader, appflow, sql, flow):
    sql(f"DROP TABLE `{flow}`")
    runner = reader(f"/details/{flow}")
    page = runner.page
    expect_failures(page, "/compare-fields")
    expect_failures(page, "/describe-connector-entity")
    expect(page.get_by_text("Whether fields have changed since the flow was saved is not known")
           ).to_be_visible()
    expect(page.get_by_text(f"The destination entity '{flow}'").first).to_be_visible()
    runner.person.press(runner.button("Run flow"))
    expect(page.get_by_text(f"{flow} failed.").first).to_be_visible()
    assert [run["executionStatus"] for run in runs(appflow, flow)] == ["Error"]


def test_a_slow_comparison_is_not_waited_for(reader, appflow, flow):
    runner = reader("/list")
    page = runner.page
    page.route("**/compare-fields", lambda route: None)  # It never answers.
    page.goto(f"{page.url.split('#')[0]}#/details/{flow}")
    runner.person.press(runner.button("Run flow"))
    expect(page.get_by_text(f"{flow} finished running successfully.").first).to_be_visible()


def test_a_run_says_which_api_salesforce_was_read_through(reader, furnished, appflow, sandbox):
    tutorial.connect_salesforce(furnished.service, sandbox, SALESFORCE)
    appflow.create_flow(**tutorial.flow())
    run = s3_flows.run(appflow, "account-to-tidb")
    page = reader(f"/details/account-to-tidb/runs/{run['executionId']}").page
    expect(page.get_by_text("Data transfer API")).to_be_visible()
    expect(page.get_by_text("REST (synchronous)")).to_be_visible()
