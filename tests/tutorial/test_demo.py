"""sluice demo, as a newcomer sees it."""

import pathlib
import re
import signal
import subprocess

import pytest
import requests
from harness.processes import SLUICE, Process, clean_environment

from conftest import TIDB_PASSWORD, TIDB_USER


def lines_of_table(text):
    return [line for line in text.splitlines() if line.startswith("| 001Do00000")]


def folders_of_tidbs(temporary):
    """Where a TiDB puts what it needs for a while, unless it is told where to."""
    return {*temporary.glob("*_tidb"), *pathlib.Path("/tmp/tidb").glob("*")}


def test_the_demo_prints_the_thirteen_rows_and_what_lies_beyond(folder):
    before = folders_of_tidbs(folder)
    done = subprocess.run([SLUICE, "demo"], capture_output=True, text=True, timeout=180,
                          env=clean_environment(TMPDIR=folder), stdin=subprocess.DEVNULL)
    assert done.returncode == 0, done.stdout + done.stderr
    assert len(lines_of_table(done.stdout)) == 13 + 2
    assert "Salesforce has 13, the run record says 13, TiDB has 13" in done.stdout
    assert re.search("(?i)use upsert", done.stdout)
    assert "'Hot' became 'Cold'" in done.stdout and "'Cold' became 'Hot'" in done.stdout
    assert not list(folder.glob("sluice-demo-*")), "the demo left its folder behind"
    assert folders_of_tidbs(folder) == before, "its TiDB left a folder behind"


def test_the_demo_with_ones_own_tidb_leaves_the_table_there(folder, tidb):
    tidb.make_database("own", TIDB_USER, TIDB_PASSWORD)
    url = f"mysql://{TIDB_USER}:{TIDB_PASSWORD}@127.0.0.1:{tidb.port}/own?tls=No"
    done = subprocess.run([SLUICE, "demo", "--tidb", url], capture_output=True, text=True,
                          timeout=180, env=clean_environment(TMPDIR=folder),
                          stdin=subprocess.DEVNULL)
    assert done.returncode == 0, done.stdout + done.stderr
    assert TIDB_PASSWORD not in done.stdout + done.stderr
    assert tidb.query("SELECT COUNT(*) FROM sf_account", database="own") == ((13,),)


@pytest.mark.parametrize("url, says", [
    ("mysql://127.0.0.1/", "mysql://user:password@host:port/database"),
    ("nonsense", "mysql://user:password@host:port/database"),
    ("mysql://u:p@127.0.0.1:1/db", "127.0.0.1:1"),
])
def test_a_wrong_tidb_is_said_so(folder, url, says):
    done = subprocess.run([SLUICE, "demo", "--tidb", url], capture_output=True, text=True,
                          timeout=60, env=clean_environment(TMPDIR=folder))
    assert done.returncode == 1 and says in done.stderr


def test_keep_leaves_it_running_until_interrupted(folder):
    demo = Process([SLUICE, "demo", "--keep"], folder / "keep.log",
                   env=clean_environment(TMPDIR=folder))
    demo.wait_for_line("Ctrl-C ends all of it", 120)
    exports = dict(re.findall(r"\b(AWS_\w+)=(\S+)", demo.output()))
    listed = subprocess.run(["aws", "appflow", "list-flows", "--query", "flows[].flowName"],
                            capture_output=True, text=True, timeout=60,
                            env=clean_environment(AWS_DEFAULT_REGION="us-east-1", **exports))
    assert "account-to-tidb" in listed.stdout, listed.stderr
    console, token = re.search(r"Console: (\S+)/#/login/(\w+) ", demo.output()).groups()
    assert console == exports["AWS_ENDPOINT_URL"]
    session = requests.post(f"{console}/console/login", timeout=10,
                            json={"token": token, "tab": "any"}).json()
    assert session["loggedIn"], "the link that was printed doesn't log in"
    demo.child.send_signal(signal.SIGINT)
    assert demo.child.wait(30) == 0
    assert not list(folder.glob("sluice-demo-*"))


def test_it_can_be_interrupted_at_any_time(folder):
    demo = Process([SLUICE, "demo"], folder / "interrupted.log", env=clean_environment(TMPDIR=folder))
    demo.wait_for_line("Starting the parts", 20)
    demo.child.send_signal(signal.SIGINT)
    assert demo.child.wait(10) == 130
    assert not list(folder.glob("sluice-demo-*"))


def test_a_second_demo_in_the_same_database_says_what_to_drop(folder, tidb):
    tidb.make_database("twice", TIDB_USER, TIDB_PASSWORD)
    tidb.query("CREATE TABLE sf_account (id INT)", database="twice")
    url = f"mysql://{TIDB_USER}:{TIDB_PASSWORD}@127.0.0.1:{tidb.port}/twice?tls=No"
    done = subprocess.run([SLUICE, "demo", "--tidb", url], capture_output=True, text=True,
                          timeout=60, env=clean_environment(TMPDIR=folder))
    assert done.returncode == 1 and "Drop the tables sf_account" in done.stderr
