"""The TiDB connector's zip needs nothing of the machine that it runs on: it runs in an empty root."""

import contextlib
import http.server
import json
import os
import pathlib
import queue
import re
import shutil
import subprocess
import tempfile
import threading
import zipfile

import pytest

from conftest import CANARY, TIDB_PASSWORD, TIDB_USER
from harness.certificates import Authority
from harness.processes import BUILD, Process
from harness.tutorial import ZIP

TASK_ROOT = "/var/task"  # As in Lambda.
RECORD = "record9Zk"  # In what is written and read.


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

    def profile(self, tidb, **changes):
        """The credentials of a profile, as they stand in a message."""
        arn = f"arn:aws:secretsmanager:us-east-1:000000000000:secret:{len(self.secrets)}"
        self.secrets[arn] = {
            "authenticationType": "CUSTOM", "customAuthenticationType": "JDBC", "driver": "mysql",
            "hostname": "127.0.0.1", "port": str(tidb.port), "username": TIDB_USER,
            "password": TIDB_PASSWORD, "database": "zip", "tls": "No"} | changes
        return {"secretArn": arn, "authenticationType": "CustomAuth"}

    def validate(self, credentials):
        return self.invoke(type="ValidateCredentialsRequest", credentials=credentials,
                           connectorRuntimeSettings={})

    def ask(self, message, credentials, /, **members):
        return self.invoke(type=f"{message}Request", connectorContext={
            "apiVersion": "v1", "credentials": credentials}, **members)

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
            if arn in self.server.secrets:
                self._send(200, {"ARN": arn, "SecretString": json.dumps(self.server.secrets[arn])})
            else:
                self._send(400, {"__type": "ResourceNotFoundException", "Message": "no such secret"})
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
def root(folder, authority):
    """A root folder with nothing but the unpacked zip, to whose authorities the tests' own is added:
    no /proc, /etc, /tmp, /dev, no libraries."""
    path = pathlib.Path(tempfile.mkdtemp(prefix="root-", dir=folder))
    task = path / TASK_ROOT[1:]
    task.mkdir(parents=True)
    subprocess.run(["unzip", "-q", ZIP, "-d", task], check=True)
    name = subprocess.run(["openssl", "x509", "-hash", "-noout", "-in", authority.ca], check=True,
                          capture_output=True, text=True).stdout.strip()
    shutil.copyfile(authority.ca, task / "certs" / f"{name}.0")
    return path


@contextlib.contextmanager
def showing(tidb, certificate, key):
    """TiDB with another certificate."""
    own = [tidb.authority.folder / "tidb.pem", tidb.authority.folder / "tidb.key"]
    saved = [path.read_bytes() for path in own]
    try:
        for path, other in zip(own, (certificate, key)):
            path.write_bytes(other.read_bytes())
        tidb.query("ALTER INSTANCE RELOAD TLS")
        yield
    finally:
        for path, content in zip(own, saved):
            path.write_bytes(content)
        tidb.query("ALTER INSTANCE RELOAD TLS")


@pytest.fixture(scope="module")
def database(tidb):
    tidb.make_database("zip", TIDB_USER, TIDB_PASSWORD)
    tidb.query("CREATE TABLE only (id VARCHAR(60) PRIMARY KEY, n INT)", database="zip")


@pytest.fixture
def lambda_api():
    server = Lambda()
    yield server
    server.stop()


@pytest.fixture
def no_authorities(root):
    certs = root / TASK_ROOT[1:] / "certs"
    away = certs.rename(certs.with_name("away"))
    yield
    away.rename(certs)


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


def test_nothing_of_the_service_is_linked_in():
    symbols = subprocess.run(["nm", "-C", "--defined-only", BUILD / "bin" / "tidb-lambda"], check=True,
                             capture_output=True, text=True).stdout
    assert "sluice::tidb::" in symbols and "mysql_real_connect" in symbols
    for foreign in "arrow::", "sqlite3_", "boost::beast::http::parser<true", "curl_":
        assert foreign not in symbols


def test_public_authorities_are_packed():
    with zipfile.ZipFile(ZIP) as archive:
        root = archive.read("certs/4042bcee.0")  # As OpenSSL hashes its name.
    subject = subprocess.run(["openssl", "x509", "-noout", "-subject"], input=root, check=True,
                             capture_output=True).stdout
    assert b"ISRG Root X1" in subject  # Who signs for TiDB Cloud.


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


def test_it_reaches_tidb(function, lambda_api, tidb, database):
    credentials = lambda_api.profile(tidb)
    assert lambda_api.validate(credentials)["isSuccess"] is True
    listed = lambda_api.ask("ListEntities", credentials)
    assert [entity["entityIdentifier"] for entity in listed["entities"]] == ["only"]


def test_without_tls_it_needs_no_authorities(no_authorities, function, lambda_api, tidb, database):
    assert lambda_api.validate(lambda_api.profile(tidb))["isSuccess"] is True
    refused = lambda_api.validate(lambda_api.profile(tidb, tls="Yes"))
    assert refused["isSuccess"] is False


def test_over_tls_both_usual_password_methods_work(function, lambda_api, tidb, database):
    for method in "mysql_native_password", "caching_sha2_password":
        user = f"zip_{method}"[:32]
        tidb.query(f"DROP USER IF EXISTS {user}")
        tidb.query(f"CREATE USER {user} IDENTIFIED WITH '{method}' BY '{CANARY}-{method}'")
        tidb.query(f"GRANT SELECT ON zip.* TO {user}")
        credentials = lambda_api.profile(
            tidb, tls="Yes", username=user, password=f"{CANARY}-{method}")
        assert lambda_api.validate(credentials) == {"isSuccess": True}
        described = lambda_api.ask("DescribeEntity", credentials, entityIdentifier="only")
        assert described["isSuccess"] is True
    assert CANARY not in function.output()


def test_a_password_is_never_sent_as_it_is(function, lambda_api, tidb, database):
    tidb.query("DROP USER IF EXISTS zip_clear")
    tidb.query("CREATE USER zip_clear IDENTIFIED WITH 'tidb_auth_token'")
    for tls in "Yes", "No":
        refused = lambda_api.validate(lambda_api.profile(tidb, tls=tls, username="zip_clear"))
        assert refused["errorDetails"]["errorCode"] == "InvalidArgument"
        assert "mysql_clear_password" in refused["errorDetails"]["errorMessage"]


@pytest.mark.parametrize("fault", ["unknown authority", "expired", "wrong host"])
def test_a_certificate_is_not_trusted(function, lambda_api, tidb, database, authority, folder, fault):
    certificate = {
        "unknown authority": lambda: Authority(folder / "unknown", "Unknown CA").issue("unknown"),
        "expired": lambda: authority.issue("expired", days=-1),
        "wrong host": lambda: authority.issue("elsewhere", "DNS:localhost,IP:127.0.0.2"),
    }[fault]()
    encrypted = lambda_api.profile(tidb, tls="Yes")
    with showing(tidb, *certificate):
        refused = lambda_api.validate(encrypted)
        assert lambda_api.validate(lambda_api.profile(tidb))["isSuccess"] is True
    assert refused["isSuccess"] is False
    assert refused["errorDetails"]["errorCode"] == "AccessDenied"
    assert "certificate" in refused["errorDetails"]["errorMessage"]
    assert lambda_api.validate(encrypted)["isSuccess"] is True


def test_credentials_are_validated_as_they_are_now(function, lambda_api, tidb, database):
    credentials = lambda_api.profile(tidb)
    assert lambda_api.validate(credentials)["isSuccess"] is True
    lambda_api.secrets[credentials["secretArn"]]["password"] = "wrong"
    refused = lambda_api.validate(credentials)
    assert refused["errorDetails"]["errorCode"] == "InvalidCredentials"
    del lambda_api.secrets[credentials["secretArn"]]
    missing = lambda_api.validate(credentials)
    assert missing["errorDetails"]["errorCode"] == "ResourceNotFoundError"


def test_its_log_has_a_line_for_each_operation_and_no_secret(function, lambda_api, tidb, database):
    good = lambda_api.profile(tidb)
    wrong = lambda_api.profile(tidb, password=f"{CANARY}-wrong")
    odd = lambda_api.profile(tidb, port=f"{CANARY}-port", caCertificate=f"{CANARY}-pem")
    record = json.dumps({"id": RECORD, "n": 1})
    entity = {"entityIdentifier": "only"}
    write = entity | {"operation": "UPSERT", "idFieldNames": ["id"], "allOrNone": False}
    query = entity | {"selectedFieldNames": ["id", "n"], "maxResults": 1}
    asked = [
        ("WriteData", write | {"records": [record, json.dumps({"id": f"{RECORD}-2", "n": 2})]}),
        ("WriteData", write | {"records": [json.dumps({"id": RECORD, "n": f"{RECORD}-text"})]}),
        ("WriteData", write | {"records": [json.dumps({"id": RECORD * 20, "n": 1}), f"[{RECORD}"]}),
        ("WriteData", write | {"records": [record], "idFieldNames": ["n"]}),
        ("QueryData", query),
        ("QueryData", query | {"filterExpression": f'id contains "{RECORD}"'}),
        ("QueryData", query | {"filterExpression": f'n = "{RECORD}"'}),
        ("QueryData", query | {"filterExpression": f'id = "{RECORD}'}),
        ("QueryData", query | {"nextToken": f"{CANARY}-token"}),
        ("RetrieveData", entity | {"idFieldName": "id", "ids": [RECORD]}),
        ("RetrieveData", entity | {"idFieldName": "n", "ids": [RECORD]}),
        ("DescribeEntity", entity),
        ("DescribeEntity", {"entityIdentifier": "gone"}),
        ("ListEntities", {}),
        ("ListEntities", {"nextToken": f"{CANARY}-token!"}),
    ]
    succeeded = 0
    for credentials in good, wrong, odd:
        for operation, members in asked:
            answer = lambda_api.ask(operation, credentials, **members)
            assert CANARY not in json.dumps(answer)
            succeeded += answer["isSuccess"]
            if answer.get("nextToken"):
                token = answer["nextToken"]
                assert lambda_api.ask(operation, credentials, **members | {"nextToken": token})[
                    "isSuccess"] is True
                assert token not in function.output()
        lambda_api.validate(credentials)
    assert succeeded >= 6  # Of the good profile.

    output = function.output()
    assert CANARY not in output and RECORD not in output
    for secret in lambda_api.secrets.values():
        assert secret["password"] not in output
    lines = [json.loads(line) for line in output.splitlines()]
    answered = [line for line in lines if line["message"] == "answered"]
    assert len(answered) >= 3 * (len(asked) + 1)
    assert {line["operation"] for line in answered} == {
        "WriteData", "QueryData", "RetrieveData", "DescribeEntity", "ListEntities",
        "ValidateCredentials"}
    written = answered[0]
    assert (written["operation"], written["entity"], written["records"]) == ("WriteData", "only", 2)
    assert {"bytes", "milliseconds", "errorCode", "flowName", "executionId"} <= written.keys()


def test_its_memory_stays_small(function, lambda_api, tidb, database):
    tidb.query("CREATE TABLE IF NOT EXISTS wide (id INT PRIMARY KEY, text VARCHAR(1000))",
               database="zip")
    credentials = lambda_api.profile(tidb)
    for operation in "INSERT", "UPSERT":
        answer = lambda_api.ask(
            "WriteData", credentials, entityIdentifier="wide", operation=operation,
            idFieldNames=["id"], allOrNone=False,
            records=[json.dumps({"id": i, "text": "x" * 200}) for i in range(5000)])
        assert answer["isSuccess"] is True
    tidb.query("UPDATE wide SET text = REPEAT('x', 1000)", database="zip")
    page = lambda_api.ask("QueryData", credentials, entityIdentifier="wide", maxResults=10_000)
    assert page["isSuccess"] is True and len(json.dumps(page["records"])) > 5_000_000
    with open(f"/proc/{function.pid}/status") as status:
        peak_kb = int(re.search(r"VmHWM:\s+(\d+) kB", status.read()).group(1))
    assert peak_kb < 32_000_000 / 1024
