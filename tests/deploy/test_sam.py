"""The AWS SAM command line takes the template and builds what AWS will run. It reaches no network."""

import os
import socket
import stat
import subprocess
import zipfile

import pytest

from harness.processes import BUILD, ROOT, Process, clean_environment
from harness.tutorial import ZIP

SAM = ROOT / ".venv-sam" / "bin" / "sam"
TEMPLATE = ROOT / "deploy" / "aws" / "template.yaml"


@pytest.fixture(scope="module")
def sam(folder):
    nobody = "http://127.0.0.1:9"
    environment = clean_environment(
        SLUICE_BUILD=BUILD.resolve(), SAM_CLI_TELEMETRY=0, AWS_DEFAULT_REGION="us-east-1",
        AWS_EC2_METADATA_DISABLED="true", HTTP_PROXY=nobody, HTTPS_PROXY=nobody)
    # What `make test` tells its own children.
    for name in ("MAKEFLAGS", "MAKELEVEL", "MFLAGS"):
        environment.pop(name, None)

    def run(command, *options):
        done = subprocess.run([SAM, command, "--template-file", TEMPLATE, *options],
                              env=environment, cwd=folder, capture_output=True, text=True)
        return done.returncode, done.stdout + done.stderr
    return run


@pytest.fixture(scope="module")
def built(sam, folder):
    status, output = sam("build", "--build-dir", folder / "sam-build")
    assert status == 0, output
    return folder / "sam-build" / "TiDBConnector"


def test_the_template_is_valid_and_without_lint(sam):
    status, output = sam("validate", "--lint")
    assert status == 0, output
    assert "is a valid SAM Template" in output


def test_lint_would_say_what_is_wrong(sam, folder):
    wrong = folder / "wrong.yaml"
    wrong.write_text(TEMPLATE.read_text().replace("ConnectorProvisioningType", "ProvisioningType"))
    status, output = sam("validate", "--lint", "--template-file", wrong)
    assert status != 0 and "ProvisioningType" in output


def test_it_builds_what_is_in_the_zip(built):
    with zipfile.ZipFile(ZIP) as archive:
        packed = {entry.filename: (archive.read(entry), entry.external_attr >> 16 & 0o111)
                  for entry in archive.infolist()}
    files = [path for path in built.rglob("*") if not path.is_dir()]
    assert {str(path.relative_to(built)):
            (path.read_bytes(), stat.S_IMODE(path.stat().st_mode) & 0o111)
            for path in files} == packed
    assert os.access(built / "bootstrap", os.X_OK)


def test_what_it_built_starts_and_asks_for_work(built, folder):
    with socket.create_server(("127.0.0.1", 0)) as api:
        api.settimeout(10)
        process = Process([built / "bootstrap"], folder / "function.log", env=clean_environment(
            LAMBDA_TASK_ROOT=built, AWS_REGION="us-east-1",
            AWS_LAMBDA_RUNTIME_API=f"127.0.0.1:{api.getsockname()[1]}"))
        try:
            with api.accept()[0] as connection:
                asked = connection.recv(4096)
        finally:
            process.kill()
    assert asked.startswith(b"GET /2018-06-01/runtime/invocation/next HTTP/1.1\r\n")
