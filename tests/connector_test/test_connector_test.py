"""sluice connector test: what it says of connectors that are right, and of those that are not."""

import concurrent.futures
import contextlib
import hashlib
import json
import os
import pathlib
import sqlite3
import subprocess
import sys
import zipfile

import pytest

from conftest import CANARY, TIDB_PASSWORD, TIDB_USER
from harness import tutorial
from harness.processes import SLUICE, clean_environment

HERE = pathlib.Path(__file__).parent
PASSWORD = f"{CANARY}-keep-password"
COMMAND = ["--", sys.executable, "-m", "awslambdaric", "connector.main"]


def card(*arguments, cwd=HERE, **environment):
    """The scorecard of a run, and its exit status."""
    done = subprocess.run(
        [SLUICE, "connector", "test", "--json", *map(str, arguments)], cwd=cwd, timeout=120,
        capture_output=True, text=True, env=clean_environment(**environment))
    assert done.stderr == "" or done.returncode == 2, done.stderr
    assert CANARY not in done.stdout + done.stderr
    return (json.loads(done.stdout) if done.stdout else done.stderr), done.returncode


def of(scorecard, *outcomes):
    """{id: reason} of the checks that ended so."""
    return {check["id"]: check.get("reason", "") for check in scorecard["checks"]
            if check["outcome"] in outcomes}


def thing(number):
    return {"id": f"thing-{number:02}", "name": f"Zoë {number} 北京" if number % 3 else None,
            "quantity": 2**53 + number, "amount": f"{number}.50",
            "made": f"2024-02-{number:02}T10:00:00Z", "day": f"2024-02-{number:02}",
            "paid": number % 2 == 0, "data": "AP+A", "note": f"note {number % 5}"}


def make_keep(folder):
    path = folder / "keep.json"
    path.write_text(json.dumps([thing(number) for number in range(1, 25)]))
    return path


@pytest.fixture
def keep(tmp_path):
    return make_keep(tmp_path)


def card_of_keep(keep, *arguments, defect=""):
    """A run on connector.py."""
    return card("--write", "--credential-env", "password=KEEP_PASSWORD", *arguments, *COMMAND,
                KEEP=str(keep), RIGHT_PASSWORD=PASSWORD, KEEP_PASSWORD=PASSWORD, DEFECT=defect,
                PYTHONDONTWRITEBYTECODE="1")


def test_a_right_connector_on_awss_python_sdk_passes_and_keeps_what_it_had(keep):
    before = json.loads(keep.read_text())
    scorecard, status = card_of_keep(keep)
    assert of(scorecard, "failed", "warned") == {}
    assert status == 0
    assert set(of(scorecard, "skipped")) == {"filter.given", "entity.others"}
    assert json.loads(keep.read_text()) == before


# Each way to be wrong, and the check that says so.
DEFECTS = {
    "adds-a-member": "query.selected-fields",
    "between-is-anything": "filter.between",
    "chokes-on-quotes": "filter.text",
    "claims-to-have-written": "write.all-or-none",
    "contains-is-equal": "filter.contains",
    "counts-in-words": "query.data-types",
    "crashes-on-bad-filters": "filter.syntax",
    "crashes-on-tokens": "query.bad-token",
    "crashes-on-tokens-of-lists": "entities.bad-token",
    "crashes-on-unknown-entities": "entity.unknown",
    "crashes-on-unknown-fields": "filter.unknown-field",
    "crashes-without-its-secret": "credentials.missing",
    "denies-its-authentication": "describe.authentication",
    "describes-with-an-apostrophe": "describe.characters",
    "dies-of-strangers": "request.unknown-type",
    "does-not-say-whether": "every-answer.readable",
    "does-not-say-why": "every-answer.refusals",
    "drops-a-result": "write.results",
    "forgets-other-fields": "write.update",
    "gives-up-a-batch": "write.partial-failure",
    "greater-is-less": "filter.comparisons",
    "has-a-field-twice": "entity.field-names",
    "has-a-plain-url": "describe.https",
    "has-codes-of-its-own": "every-answer.refusals",
    "has-huge-pages": "every-answer.size",
    "has-modes-of-its-own": "describe.modes",
    "ignores-limits": "filter.limit",
    "ignores-max-results": "query.page-size",
    "is-amazons": "describe.owner-name",
    "is-slow": "every-answer.in-time",
    "leaves-out-notes": "query.nulls",
    "lets-anybody-in": "credentials.wrong",
    "lists-for-seconds": "entities.cache",
    "lists-twice": "entities.paging",
    "logs-its-password": "log.secrets",
    "loses-a-record": "query.paging",
    "mixes-up-results": "write.results",
    "or-is-and": "filter.combinations",
    "remembers-tokens": "query.new-process",
    "repeats-its-token": "query.paging",
    "retrieves-one": "retrieve.answers",
    "rounds": "write.exact-numbers",
    "tells-the-password": "every-answer.secrets",
    "unequal-is-equal": "filter.equal-to",
    "wants-no-news": "request.unknown-members",
    "writes-ascii": "write.unicode",
    "writes-null-as-text": "write.nulls",
}


@pytest.fixture(scope="module")
def cards(tmp_path_factory):
    """All runs at once: most of their time is Python's start."""
    with concurrent.futures.ThreadPoolExecutor(os.cpu_count()) as pool:
        yield {defect: pool.submit(
            card_of_keep, make_keep(tmp_path_factory.mktemp(defect)),
            *(["--timeout", "2"] if defect == "is-slow" else []), defect=defect)
            for defect in DEFECTS}


@pytest.mark.parametrize("defect", DEFECTS)
def test_a_defect_is_named_by_the_check_for_it(cards, defect):
    scorecard, status = cards[defect].result()
    assert list(of(scorecard, "failed")) == [DEFECTS[defect]], of(scorecard, "failed", "warned")
    assert status == 1
    [failed] = [check for check in scorecard["checks"] if check["outcome"] == "failed"]
    assert failed["reason"] and failed["rule"] and failed["source"]


# The connector to a shop, as its author left it: it works with flows, and has these flaws.

SHOP = HERE.parent / "api" / "python_connector"


def test_a_zip_with_awss_python_sdk_runs_and_its_flaws_are_found(tmp_path):
    packed = tmp_path / "shop.zip"
    with zipfile.ZipFile(packed, "w") as archive:
        for path in SHOP.glob("*.py"):
            archive.write(path, path.name)
    file = tmp_path / "shop.sqlite"
    with contextlib.closing(sqlite3.connect(file)) as database, database:
        database.execute("CREATE TABLE users (name TEXT, password_sha256 TEXT)")
        database.execute("INSERT INTO users VALUES ('keeper', ?)",
                         (hashlib.sha256(PASSWORD.encode()).hexdigest(),))
        database.execute("CREATE TABLE orders (id INTEGER PRIMARY KEY, customer TEXT, amount TEXT,"
                         " ordered_at TEXT, paid INTEGER)")
        database.executemany("INSERT INTO orders VALUES (?, ?, ?, ?, ?)", [
            (n, f"Zoë {n}", f"{n}.5", f"2024-02-28T23:{n:02}:00Z", n % 2) for n in range(1, 41)])
    scorecard, status = card(
        packed, "--runtime", "python3.11", "--handler", "handler.main", "--python", sys.executable,
        "--setting", f"file={file}", "--credential", "username=keeper",
        "--credential-env", "password=SHOP_PASSWORD", "--entity", "orders",
        SHOP_PASSWORD=PASSWORD)
    assert status == 1
    assert set(of(scorecard, "failed")) == {
        "credentials.missing",  # It does not catch boto3's errors,
        "entities.bad-token", "query.bad-token", "query.unknown-entity", "filter.unknown-field",
        "query.all-fields",  # wants a selection,
        "filter.comparisons",  # compares amounts as texts,
        "filter.limit"}  # and knows no LIMIT.
    assert set(of(scorecard, "warned")) == {"retrieve.answers"}


# The TiDB connector.

EVERY_TYPE = """CREATE TABLE everything (
    id BIGINT PRIMARY KEY, tiny TINYINT, flag TINYINT(1), small SMALLINT, medium MEDIUMINT, plain INT,
    big BIGINT UNSIGNED, price DECIMAL(65, 30), ratio DOUBLE, single FLOAT, bits BIT(10),
    name VARCHAR(80), code CHAR(4), long_text TEXT, raw VARBINARY(20), large BLOB,
    kind ENUM('a', 'b'), tags SET('x', 'y'), document JSON,
    day DATE, at DATETIME(6), moment TIMESTAMP(3) NULL, span TIME(3), made YEAR,
    required VARCHAR(40) NOT NULL, defaulted VARCHAR(40) NOT NULL DEFAULT 'd')"""
ROW = """({n}, -8, {n} % 2, 300, -70000, 100000 + {n}, 18446744073709551615 - {n},
    {n}.000000000000000000000000000001, {n}.1, {n}.5, b'1010', 'Zoë {n} 北京', 'é{n}',
    'text {n} % _ \\\\ "quoted"', x'00FF{n:02}', x'DEADBEEF', 'b', 'x,y', '{{"a": [1, {n}]}}',
    '2024-02-{n:02}', '2024-02-{n:02} 10:00:00.123456', '2024-02-{n:02} 10:00:00.123',
    '-100:00:00.5', 2024, 'needed {n}', 'given')"""


@pytest.fixture(scope="module")
def everything(tidb):
    """A table with every type, and its rows; whatever is tested leaves it as it is."""
    tidb.make_database("kit", TIDB_USER, TIDB_PASSWORD)
    tidb.query(EVERY_TYPE, database="kit")
    tidb.query("CREATE TABLE other (id INT PRIMARY KEY)", database="kit")
    tidb.query("INSERT INTO everything VALUES " + ",".join(
        ROW.format(n=n) for n in range(1, 21)), database="kit")
    tidb.query("INSERT INTO everything (id, required) VALUES (99, 'nulls')", database="kit")
    return lambda: tidb.query("SELECT * FROM everything ORDER BY id", database="kit")


@pytest.fixture
def login(tidb, tmp_path):
    path = tmp_path / "login.json"
    path.write_text(json.dumps(tutorial.tidb_credentials(tidb, "kit", TIDB_USER, TIDB_PASSWORD)))
    return path


def test_the_tidb_connector_passes_and_leaves_nothing_behind(everything, login):
    before = everything()
    scorecard, status = card(tutorial.ZIP, "--credentials", login, "--entity", "everything",
                             "--write")
    assert of(scorecard, "failed", "warned") == {}
    assert status == 0
    assert set(of(scorecard, "skipped")) <= {"entities.nested", "filter.given"}
    assert everything() == before
    assert scorecard["connector"]["name"] and scorecard["entity"] == "everything"


def test_without_write_nothing_is_written(everything, login, tidb):
    before = everything()
    scorecard, status = card(tutorial.ZIP, "--credentials", login, "--entity", "everything",
                             "--filter", "plain > 100010")
    assert status == 0 and everything() == before
    assert of(scorecard, "passed")["filter.given"] == "10 records"
    skipped = of(scorecard, "skipped")
    assert {reason for check, reason in skipped.items() if check.startswith("write.")} == {
        "nothing is written without --write"}


def test_databases_are_opened_as_nested_entities(everything, tidb, tmp_path):
    login = tmp_path / "login.json"
    login.write_text(json.dumps(tutorial.tidb_credentials(
        tidb, None, TIDB_USER, TIDB_PASSWORD)))
    scorecard, status = card(tutorial.ZIP, "--credentials", login)
    assert of(scorecard, "failed") == {} and status == 0
    assert "entities.nested" in of(scorecard, "passed")


# Functions, and what can't be run.

def test_a_function_of_a_running_service_is_reached_by_its_name_and_its_arn(
        everything, service, tidb):
    arn = tutorial.register_connector(service)
    tutorial.connect_tidb(service, tutorial.tidb_credentials(
        tidb, "kit", TIDB_USER, TIDB_PASSWORD))
    [profile] = service.client("appflow").describe_connector_profiles(
        connectorProfileNames=["tidb"])["connectorProfileDetails"]
    for target in ("tidb-connector", arn):
        scorecard, status = card(target, "--secret-arn", profile["credentialsArn"], "--entity",
                                 "everything", **service.environment())
        assert of(scorecard, "failed", "warned") == {} and status == 0
        skipped = of(scorecard, "skipped")
        assert skipped["query.new-process"] and skipped["every-answer.secrets"]
    said, status = card("no-such-function", **service.environment())
    assert status == 2 and "no-such-function" in said
    said, status = card("tidb-connector", **service.environment() | {
        "AWS_SECRET_ACCESS_KEY": "wrong"})
    assert status == 2 and "InvalidSignatureException" in said


@pytest.mark.parametrize("arguments, sentence", [
    ([], "name a zip, a function or a command"),
    (["missing.zip"], "there is no file 'missing.zip'"),
    ([__file__], "is neither a zip nor a program"),
    (["some-function"], "set AWS_REGION"),
    ([tutorial.ZIP, "--credentials", "missing.json"], "can't be read"),
    ([tutorial.ZIP, "--credential", f"{CANARY}"], "wants KEY=VALUE"),
    ([tutorial.ZIP, "--credential-env", "password=NOT_THERE"], "no NOT_THERE"),
    ([tutorial.ZIP, "--runtime", "cobol85"], "cobol85"),
    ([tutorial.ZIP, "--timeout", "-1"], "--timeout"),
    ([tutorial.ZIP, "--surprise"], "--surprise"),
])
def test_what_can_not_be_run_is_said_in_a_sentence(arguments, sentence):
    said, status = card(*arguments)
    assert status == 2 and sentence in said


def test_a_program_that_is_no_connector_fails():
    scorecard, status = card("--", "/bin/sh", "-c", "echo I am no connector >&2; exit 3")
    assert status == 1
    assert list(of(scorecard, "failed")) == ["describe.answers"]
    [failed] = [check for check in scorecard["checks"] if check["outcome"] == "failed"]
    assert "I am no connector" in failed["came"]


def test_the_scorecard_is_text_unless_asked_for(keep, tmp_path):
    file = tmp_path / "card.json"
    done = subprocess.run(
        [SLUICE, "connector", "test", f"--json={file}", *COMMAND], cwd=HERE, timeout=60,
        capture_output=True, text=True, env=clean_environment(
            KEEP=str(keep), RIGHT_PASSWORD=PASSWORD, DEFECT="is-amazons"))
    assert done.returncode == 1
    assert "✗ describe.owner-name" in done.stdout and "\033" not in done.stdout
    for label in ("problem", "asked", "came", "rule", "source"):
        assert f"      {label} " in done.stdout
    written = json.loads(file.read_text())
    assert list(of(written, "failed")) == ["describe.owner-name"]
    assert f"{written['failed']} failed" in done.stdout
    # Without credentials the rest can't be tried.
    assert of(written, "skipped")["query.answers"] == "no credentials were given"


def test_its_help_says_how(tmp_path):
    done = subprocess.run([SLUICE, "connector", "test", "--help"], capture_output=True, text=True,
                          env=clean_environment(), timeout=10)
    assert done.returncode == 0
    for word in ("ZIP", "FUNCTION", "COMMAND", "--credentials", "--write", "--json", "Exit status"):
        assert word in done.stdout
