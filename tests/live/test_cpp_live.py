"""The C++ tests that need a real TiDB, also with sanitizers where `make sanitize` has built them."""

import pathlib
import subprocess

import pytest

from harness.processes import BUILD, clean_environment

BUILDS = [BUILD, pathlib.Path(f"{BUILD}-asan")]
PROGRAMS = sorted(path for build in BUILDS for path in (build / "bin").glob("*_live_test"))


def name(program):
    return f"{program.name}-{program.parents[1].name}"


def test_there_are_live_tests():
    assert BUILD / "bin" / "sluice_tidb_live_test" in PROGRAMS


@pytest.mark.parametrize("program", PROGRAMS, ids=name)
def test_live(program, tidb, folder):
    tidb.query("CREATE DATABASE IF NOT EXISTS live")
    result = subprocess.run(
        [program], capture_output=True, text=True, timeout=600,
        env=clean_environment(
            SLUICE_TEST_TIDB=f"mysql://root:@127.0.0.1:{tidb.port}/live",
            SLUICE_TEST_TIDB_CA=tidb.authority.ca))
    (folder / f"{name(program)}.log").write_text(result.stdout + result.stderr)
    assert result.returncode == 0, (result.stdout + result.stderr)[-5000:]
