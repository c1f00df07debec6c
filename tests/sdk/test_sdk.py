"""Another project builds a connector with the installed SDK, and it runs as a function."""

import re
import shutil
import subprocess

import pytest

from harness.lambda_function import LambdaFunction
from harness.processes import BUILD, ROOT, clean_environment

EXAMPLE = ROOT / "sdk" / "examples" / "json_lines"
ORDERS = ['{"id":1,"name":"Ähre","price":12.50}', '{"id":2,"name":"Öl","price":null}',
          '{"id":3,"name":"Übel","price":12345678901234567890.10}']


@pytest.fixture(scope="module")
def prefix(folder):
    path = folder / "prefix"
    shutil.rmtree(path, ignore_errors=True)
    run("cmake", "--install", BUILD, "--component", "sdk", "--prefix", path)
    return path


@pytest.fixture(scope="module")
def outside(folder, prefix):
    """The example as a project of its own, in a place that knows nothing of this one."""
    project = folder / "project"
    shutil.rmtree(project, ignore_errors=True)
    shutil.copytree(EXAMPLE, project)
    run("cmake", "-S", project, "-B", project / "build", f"-DCMAKE_PREFIX_PATH={prefix}",
        "-DCMAKE_CXX_FLAGS=-Wall -Wextra -Werror -Wno-missing-field-initializers")
    run("cmake", "--build", project / "build")
    return project / "build" / "json-lines-connector"


@pytest.fixture(scope="module", params=["outside", "in this build"])
def connector(request, folder):
    program = (request.getfixturevalue("outside") if request.param == "outside"
               else BUILD / "bin" / "json-lines-connector")
    root = folder / request.param.replace(" ", "-")
    root.mkdir(exist_ok=True)
    shutil.copy(program, root / "bootstrap")
    function = LambdaFunction(root, root)
    yield function
    function.stop()


@pytest.fixture(scope="module")
def files(folder):
    path = folder / "files"
    path.mkdir(exist_ok=True)
    (path / "orders.jsonl").write_text("\n".join(ORDERS) + "\n")
    (path / "broken.jsonl").write_text('{"id":\n')
    (path / "empty.jsonl").write_text("")
    (path / "notes.txt").write_text("no entity")
    return path


@pytest.fixture
def ask(connector, files):
    def ask(message, /, folder=files, **members):
        return connector.invoke(message, connectorContext={
            "apiVersion": "v1", "connectorRuntimeSettings": {"folder": str(folder)}}, **members)
    return ask


def run(*command):
    done = subprocess.run(list(map(str, command)), env=clean_environment(), capture_output=True,
                          text=True)
    assert done.returncode == 0, done.stdout + done.stderr


def query(ask, **members):
    records, token, pages = [], None, 0
    while pages == 0 or token:
        answer = ask("QueryData", entityIdentifier="orders", nextToken=token, **members)
        assert answer["isSuccess"] is True, answer
        records += answer["records"]
        token, pages = answer.get("nextToken"), pages + 1
    return records, pages


def test_the_installed_headers_need_no_other_library(prefix):
    headers = list((prefix / "include").rglob("*.h"))
    assert prefix / "include" / "sluice" / "sdk" / "sdk.h" in headers
    for header in headers:
        includes = re.findall(r'#include ["<]([^">]+)', header.read_text())
        for include in includes:
            assert "/" not in include or (prefix / "include" / include).exists(), (header, include)


def test_it_describes_itself(ask):
    answer = ask("DescribeConnectorConfiguration")
    assert answer["isSuccess"] is True
    assert (answer["connectorName"], answer["connectorModes"]) == ("JSON Lines", ["SOURCE"])
    assert answer["connectorRuntimeSetting"][0]["key"] == "folder"


def test_files_are_entities_in_pages(ask):
    first = ask("ListEntities", maxResult=2)
    assert [e["entityIdentifier"] for e in first["entities"]] == ["broken", "empty"]
    last = ask("ListEntities", maxResult=2, nextToken=first["nextToken"])
    assert [e["entityIdentifier"] for e in last["entities"]] == ["orders"]
    assert last.get("nextToken") is None
    assert ask("ListEntities", maxResult=3).get("nextToken") is None


def test_the_first_record_tells_the_fields(ask):
    fields = ask("DescribeEntity", entityIdentifier="orders")["entityDefinition"]["fields"]
    assert [(f["fieldName"], f["dataType"]) for f in fields] == [
        ("id", "BigDecimal"), ("name", "String"), ("price", "BigDecimal")]


def test_records_come_exactly_in_pages_of_any_size(ask):
    for size, pages in (1, 3), (2, 2), (3, 1), (1000, 1):
        assert query(ask, maxResults=size) == (ORDERS, pages)


def test_fields_are_selected_and_records_filtered(ask):
    assert query(ask, selectedFieldNames=["name", "id"],
                 filterExpression="price > 12.5 or price = null")[0] == [
        '{"name":"Öl","id":2}', '{"name":"Übel","id":3}']
    assert query(ask, filterExpression="name contains 'hre'")[0] == ORDERS[:1]
    assert query(ask, filterExpression="id = 4")[0] == []


@pytest.mark.parametrize("message, members, code, text", [
    ("QueryData", {"entityIdentifier": "orders", "filterExpression": "id =="}, "InvalidArgument",
     "byte 4"),
    *(("QueryData", {"entityIdentifier": "orders", "nextToken": token}, "InvalidArgument", "token")
      for token in ("12x", "x", " 1", "0", "1", "-5", "+5", "999", "9223372036854775808",
                    "18446744073709551615", "99999999999999999999")),
    ("QueryData", {"entityIdentifier": "none"}, "ResourceNotFoundError", "none.jsonl"),
    ("QueryData", {"entityIdentifier": "../files/orders"}, "ResourceNotFoundError", "no file"),
    ("QueryData", {"entityIdentifier": "notes.txt\0"}, "ResourceNotFoundError", "no file"),
    ("QueryData", {"entityIdentifier": "broken"}, "InvalidArgument", "byte"),
    ("DescribeEntity", {"entityIdentifier": "empty"}, "InvalidArgument", "is not JSON"),
    ("ListEntities", {"folder": "/nonexistent"}, "UnknownError", "No such file"),
    ("WriteData", {"entityIdentifier": "orders", "operation": "INSERT", "records": ["{}"]},
     "InvalidArgument", "no destination"),
])
def test_what_goes_wrong_is_said(ask, message, members, code, text):
    answer = ask(message, **members)
    assert answer["isSuccess"] is False
    assert answer["errorDetails"]["errorCode"] == code
    assert text in answer["errorDetails"]["errorMessage"]


def test_the_tutorial_shows_the_example_as_it_is():
    source = (EXAMPLE / "json_lines_connector.cc").read_text()
    assert source.count("\n") < 100
    tutorial = (ROOT / "docs" / "sdk.md").read_text()
    blocks = re.findall(r"```(?:cpp|cmake)\n(.*?)```", tutorial, re.DOTALL)
    assert source in blocks
    built_by = [line.strip() for line in (EXAMPLE / "CMakeLists.txt").read_text().splitlines()]
    [cmake] = [block for block in blocks if "find_package" in block]
    assert set(cmake.splitlines()) <= set(built_by)
