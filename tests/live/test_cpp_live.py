"""The C++ tests that need a real TiDB."""

import subprocess

import pytest

from harness.processes import BUILD, clean_environment

PROGRAMS = sorted(path.name for path in (BUILD / "bin").glob("*_live_test"))


def test_there_are_live_tests():
    assert "sluice_tidb_live_test" in PROGRAMS


@pytest.mark.parametrize("program", PROGRAMS)
def test_live(program, tidb, folder):
    tidb.query("CREATE DATABASE IF NOT EXISTS live")
    result = subprocess.run(
        [BUILD / "bin" / program], capture_output=True, text=True, timeout=600,
        env=clean_environment(
            SLUICE_TEST_TIDB=f"mysql://root:@127.0.0.1:{tidb.port}/live",
            SLUICE_TEST_TIDB_CA=tidb.authority.ca))
    (folder / f"{program}.log").write_text(result.stdout + result.stderr)
    assert result.returncode == 0, (result.stdout + result.stderr)[-5000:]
