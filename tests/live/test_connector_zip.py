"""The TiDB connector's zip needs nothing of the machine that it runs on: it runs in an empty root."""

import http.server
import json
import os
import queue
import subprocess
import threading
import zipfile

import pytest

from conftest import TIDB_PASSWORD, TIDB_USER
from harness.processes import Process
from harness.tutorial import ZIP

TASK_ROOT = "/var/task"  # As in Lambda.


class Lambda(http.server.ThreadingHTTPServer):
    """Lambda's runtime API and Secrets Manager, as small as they can be."""

    daemon_threads = True

    def __init__(self):
        super().__init__(("127.0.0.1", 0), _Handler)
        self.address = f"127.0.0.1:{self.server_port}"
        self.secrets = {}  # By ARN.
        self.asked, self.answered, self.waiting = queue.Queue(), queue.Queue(), threading.Event()
        threading.Thread(target=self.serve_forever, daemon=True).start()

    def invoke(self, **event):
        self.asked.put(event)
        return self.answered.get(timeout=30)

    def stop(self):
        self.asked.put(None)  # Who still waits for an invocation gets none.
        self.shutdown()
        self.server_close()


class _Handler(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def do_GET(self):
        assert self.path == "/2018-06-01/runtime/invocation/next"
        self.server.waiting.set()
        event = self.server.asked.get()
        self.server.waiting.clear()
        if event is None:
            self.close_connection = True
        else:
            self._send(200, event, {"Lambda-Runtime-Aws-Request-Id": "r-1",
                                    "Lambda-Runtime-Deadline-Ms": "9999999999999"})

    def do_POST(self):
        body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        if self.path == "/2018-06-01/runtime/invocation/r-1/response":
            self._send(202, {"status": "OK"})
            self.server.answered.put(body)
        elif self.headers.get("X-Amz-Target") == "secretsmanager.GetSecretValue":
            arn = body["SecretId"]
            self._send(200, {"ARN": arn, "SecretString": json.dumps(self.server.secrets[arn])})
        else:
            self._send(404, {})
            self.server.answered.put({"unexpected": self.path, "body": body})

    def _send(self, status, body, headers=None):
        text = json.dumps(body).encode()
        self.send_response(status)
        for name, value in ({"Content-Length": str(len(text))} | (headers or {})).items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(text)

    def log_message(self, *_):
        pass


@pytest.fixture(scope="module")
def root(folder):
    """A root folder with nothing but the unpacked zip: no /proc, /etc, /tmp, /dev, no libraries."""
    path = folder / "root"
    (path / TASK_ROOT[1:]).mkdir(parents=True)
    subprocess.run(["unzip", "-q", ZIP, "-d", f"{path}{TASK_ROOT}"], check=True)
    return path


@pytest.fixture
def lambda_api():
    server = Lambda()
    yield server
    server.stop()


@pytest.fixture
def function(root, folder, lambda_api):
    alone = ["chroot", root] if os.geteuid() == 0 else [
        "unshare", "--user", "--map-root-user", "chroot", root]
    process = Process([*alone, f"{TASK_ROOT}/bootstrap"], folder / "function.log", env={
        "PATH": os.environ["PATH"], "LAMBDA_TASK_ROOT": TASK_ROOT,
        "AWS_LAMBDA_RUNTIME_API": lambda_api.address, "AWS_REGION": "us-east-1",
        "AWS_ENDPOINT_URL": f"http://{lambda_api.address}", "AWS_ACCESS_KEY_ID": "AKIAANY",
        "AWS_SECRET_ACCESS_KEY": "any", "AWS_SESSION_TOKEN": "any"})
    yield process
    process.kill()


def test_it_is_small_and_holds_only_what_it_needs():
    assert ZIP.stat().st_size < 5_000_000
    with zipfile.ZipFile(ZIP) as archive:
        names = archive.namelist()
        assert archive.testzip() is None
        assert archive.getinfo("bootstrap").external_attr >> 16 & 0o111 == 0o111
    assert {name.split("/")[0] for name in names} == {"bootstrap", "bin", "lib", "certs"}
    assert not [name for name in names if "arrow" in name or "curl" in name or "sqlite" in name]


def test_its_libraries_are_all_in_it(root):
    task = f"{root}{TASK_ROOT}"
    program = f"{task}/bin/tidb-lambda"
    wanted = subprocess.run(["ldd", program], check=True, capture_output=True, text=True).stdout
    assert "libssl" in wanted
    assert not [name for name in ("libcurl", "libarrow", "libsqlite3") if name in wanted]
    # As the packed loader finds them.
    found = subprocess.run(
        [f"{task}/lib/ld-linux-x86-64.so.2", "--library-path", f"{task}/lib", "--list", program],
        check=True, capture_output=True, text=True).stdout
    paths = [line.split(" => ")[1].split()[0] for line in found.splitlines() if " => /" in line]
    assert len(paths) >= 4 and all(path.startswith(task) for path in paths), found
    assert "not found" not in found


def test_it_describes_itself_and_ends_when_asked_to(function, lambda_api):
    for _ in range(2):
        answer = lambda_api.invoke(type="DescribeConnectorConfigurationRequest", locale="en-US")
        assert answer["isSuccess"] is True and answer["connectorName"]
        assert answer["connectorModes"] == ["SOURCE", "DESTINATION"]
    assert lambda_api.waiting.wait(10)
    assert function.stop(5) == 0, function.output()


def test_it_reaches_tidb_and_trusts_no_unknown_authority(function, lambda_api, tidb):
    tidb.make_database("zip", TIDB_USER, TIDB_PASSWORD)
    tidb.query("CREATE TABLE only (id INT PRIMARY KEY)", database="zip")
    secret = {
        "authenticationType": "CUSTOM", "customAuthenticationType": "JDBC", "hostname": "127.0.0.1",
        "port": str(tidb.port), "username": TIDB_USER, "password": TIDB_PASSWORD,
        "database": "zip"}
    plain, encrypted = (
        {"secretArn": f"arn:aws:secretsmanager:us-east-1:000000000000:secret:tls-{tls}",
         "authenticationType": "CustomAuth"} for tls in ("No", "Yes"))
    lambda_api.secrets = {plain["secretArn"]: secret | {"tls": "No"},
                          encrypted["secretArn"]: secret | {"tls": "Yes"}}

    assert lambda_api.invoke(type="ValidateCredentialsRequest", credentials=plain,
                             connectorRuntimeSettings={})["isSuccess"] is True
    listed = lambda_api.invoke(type="ListEntitiesRequest", connectorContext={
        "apiVersion": "v1", "credentials": plain})
    assert [entity["entityIdentifier"] for entity in listed["entities"]] == ["only"]

    # None of the packed authorities signed this TiDB's certificate.
    refused = lambda_api.invoke(type="ValidateCredentialsRequest", credentials=encrypted,
                                connectorRuntimeSettings={})
    assert refused["isSuccess"] is False
    assert "certificate" in refused["errorDetails"]["errorMessage"]
    assert TIDB_PASSWORD not in function.output()


def test_credentials_are_validated_as_they_are_now(function, lambda_api, tidb):
    tidb.make_database("zip2", TIDB_USER, TIDB_PASSWORD)
    arn = "arn:aws:secretsmanager:us-east-1:000000000000:secret:any"
    right = {"authenticationType": "CUSTOM", "customAuthenticationType": "JDBC",
             "hostname": "127.0.0.1", "port": str(tidb.port), "username": TIDB_USER,
             "password": TIDB_PASSWORD, "database": "zip2", "tls": "No"}
    def validate(secret):
        lambda_api.secrets = {arn: secret}
        return lambda_api.invoke(type="ValidateCredentialsRequest", connectorRuntimeSettings={},
                                 credentials={"secretArn": arn, "authenticationType": "CustomAuth"})
    assert validate(right)["isSuccess"] is True
    assert validate(right | {"password": "wrong"})["isSuccess"] is False
