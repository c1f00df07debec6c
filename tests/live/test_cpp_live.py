"""The C++ tests that need a real TiDB or S3, also as `make sanitize` has built them."""

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
def test_live(program, tidb, s3, folder):
    tidb.query("CREATE DATABASE IF NOT EXISTS live")
    (s3.folder / "buckets" / "live").mkdir(exist_ok=True)
    result = subprocess.run(
        [program], capture_output=True, text=True, timeout=600,
        env=clean_environment(
            SLUICE_TEST_TIDB=f"mysql://root:@127.0.0.1:{tidb.port}/live",
            SLUICE_TEST_TIDB_CA=tidb.authority.ca,
            SLUICE_TEST_S3=s3.url, AWS_ACCESS_KEY_ID=s3.key[0], AWS_SECRET_ACCESS_KEY=s3.key[1]))
    (folder / f"{name(program)}.log").write_text(result.stdout + result.stderr)
    assert result.returncode == 0, (result.stdout + result.stderr)[-5000:]
