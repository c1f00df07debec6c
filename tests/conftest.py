"""What the acceptance tests share: one TiDB for all, a service and a sandbox for each module."""

import os
import pathlib
import re
import shutil
import subprocess
import sys
import threading
import types

import pytest

sys.path.insert(0, str(pathlib.Path(__file__).parent))

from harness import certificates, processes, tutorial  # noqa: E402
from harness.lambda_function import Connection, LambdaFunction  # noqa: E402
from harness.s3 import S3  # noqa: E402
from harness.s3_faults import S3Faults  # noqa: E402
from harness.service import Sandbox, Service  # noqa: E402
from harness.tidb import TiDB  # noqa: E402

OUTPUT = processes.BUILD / "test-output"

# Every secret of the run has this in it, so that one search finds any that leaked.
CANARY = "canary7Qx4"

ROOT_KEY = ("AKIAROOTKEYOFTESTS00", f"{CANARY}-root-secret-access-key")
SALESFORCE = types.SimpleNamespace(
    user="admin@example.com", password=f"{CANARY}-salesforce-password", client_id="3MVG9.client.id",
    client_secret=f"{CANARY}-client-secret")
S3_KEY = ("AKIAS3USEROFTESTS000", f"{CANARY}-s3-secret-access-key")
TIDB_USER, TIDB_PASSWORD = "sluice", f"{CANARY}-tidb-password"

# In records. TiDB's own logs may show it, the connector's may not.
RECORD_CANARY = "recordCanary3Kw8"


def pytest_collection_modifyitems(items):
    # It looks at what all others have left behind.
    items.sort(key=lambda item: "no_secret" in item.nodeid)


@pytest.fixture(scope="session", autouse=True)
def output():
    """Where everything that the run writes ends up; the last run's is removed first."""
    shutil.rmtree(OUTPUT, ignore_errors=True)
    OUTPUT.mkdir(parents=True)
    os.environ["PATH"] = f"{pathlib.Path(sys.executable).parent}:{os.environ['PATH']}"
    for name in list(os.environ):
        if name not in processes.clean_environment():
            del os.environ[name]
    return OUTPUT


@pytest.fixture(scope="session")
def authority(output):
    return certificates.Authority(output / "ca")


@pytest.fixture(scope="session")
def tidb(output, authority):
    server = TiDB(output / "tidb", authority)
    yield server
    server.stop()


@pytest.fixture(scope="session")
def s3(output):
    server = S3(output / "s3", S3_KEY)
    yield server
    server.stop()


@pytest.fixture
def bucket(s3, request):
    """An empty bucket of the test's own."""
    name = f"{request.module.__name__}-{request.node.name}"[-60:].lower()
    return s3.make_bucket(re.sub(r"[^a-z0-9]+", "-", name).strip("-"))


@pytest.fixture
def s3_faults(s3):
    """A way to the S3 server that fails where it is told to. All faults have to be met."""
    proxy = S3Faults(s3.url)
    yield proxy
    proxy.stop()
    assert proxy.pending() == 0


@pytest.fixture(scope="module")
def folder(output, request):
    path = output / request.module.__name__
    path.mkdir(parents=True, exist_ok=True)
    return path


@pytest.fixture(scope="module")
def sandbox(folder):
    server = Sandbox(folder, *sandbox_options())
    yield server
    server.stop()


def sandbox_options():
    return ("--user", SALESFORCE.user, "--password", SALESFORCE.password,
            "--client-id", SALESFORCE.client_id, "--client-secret", SALESFORCE.client_secret)


@pytest.fixture(scope="module")
def service(folder):
    server = Service(folder, ROOT_KEY, "--python", sys.executable)
    yield server
    server.stop()


@pytest.fixture(scope="module")
def buckets(folder):
    """The buckets of `service_on_folders`, a folder each."""
    path = folder / "buckets"
    path.mkdir()
    return path


@pytest.fixture(scope="module")
def service_on_folders(folder, buckets):
    server = Service(folder / "on-folders", ROOT_KEY, "--python", sys.executable, "--s3",
                     f"file://{buckets}")
    yield server
    server.stop()


@pytest.fixture(scope="module")
def appflow(service):
    return service.client("appflow")


@pytest.fixture(scope="module")
def database(tidb, folder):
    """An empty database of the module's own, with the tutorial's table in it."""
    name = folder.name
    tidb.make_database(name, TIDB_USER, TIDB_PASSWORD)
    tidb.query(tutorial.SF_ACCOUNT_DDL, database=name)
    yield name
    tidb.query(f"DROP DATABASE `{name}`")


@pytest.fixture(scope="module")
def connected(service, sandbox, tidb, database):
    """The tutorial up to the flow: connector registered, both connections made."""
    tutorial.register_connector(service)
    tutorial.connect_salesforce(service, sandbox, SALESFORCE)
    tutorial.connect_tidb(service, tutorial.tidb_credentials(
        tidb, database, TIDB_USER, TIDB_PASSWORD))
    return service


@pytest.fixture(scope="session")
def task_root(output):
    """The TiDB connector's zip, unpacked."""
    subprocess.run(["unzip", "-q", tutorial.ZIP, "-d", output / "task"], check=True)
    return output / "task"


@pytest.fixture
def start_function(task_root, folder):
    """Starts the TiDB connector as a function of its own. Whatever the test does to it, its log must
    have told nothing that is secret."""
    functions = []

    def start():
        functions.append(LambdaFunction(task_root, folder))
        return functions[-1]

    yield start
    for function in functions:
        function.stop()
    for function in functions:
        assert CANARY not in function.output()
        assert RECORD_CANARY not in function.output()


@pytest.fixture
def connect(start_function):
    """Connects a function, a new one unless it is given, to a database."""
    def connect(tidb, database, function=None, settings=None):
        return Connection(function or start_function(), **{
            "port": str(tidb.port), "username": TIDB_USER, "password": TIDB_PASSWORD,
            "database": database} | (settings or {}))
    return connect


@pytest.fixture
def own_database(folder, request):
    """Makes an empty database of the test's own in a TiDB, and a function that queries it."""
    name = re.sub(r"\W+", "_", f"{folder.name}_{request.node.name}")[-60:]
    servers = []

    def make(tidb):
        kept = threading.local()  # Opening a connection takes longer than most statements.

        def sql(statement, *arguments):
            if not hasattr(kept, "connection"):
                kept.connection = tidb.connect(name)
            kept.connection.ping(reconnect=True)
            with kept.connection.cursor() as cursor:
                cursor.execute(statement, arguments or None)
                return cursor.fetchall()

        tidb.make_database(name, TIDB_USER, TIDB_PASSWORD)
        servers.append(tidb)
        sql.tidb, sql.database = tidb, name
        return sql

    yield make
    for tidb in servers:
        tidb.query(f"DROP DATABASE `{name}`")


@pytest.fixture
def sql(tidb, own_database):
    return own_database(tidb)


@pytest.fixture(scope="module")
def salesforce_api(sandbox):
    """simple-salesforce, unmodified, logged in to the sandbox."""
    return salesforce_client(sandbox)


def salesforce_client(sandbox, ca=None):
    import requests
    import simple_salesforce

    session = requests.Session()
    session.trust_env = False
    session.verify = str(ca) if ca else False
    token = session.post(f"{sandbox.url}/services/oauth2/token", timeout=10, data={
        "grant_type": "password", "client_id": SALESFORCE.client_id,
        "client_secret": SALESFORCE.client_secret, "username": SALESFORCE.user,
        "password": SALESFORCE.password}).json()["access_token"]
    if sandbox.url.startswith("http:"):
        # It always writes https into its addresses; a plain sandbox is spoken to all the same.
        class Plain(requests.adapters.HTTPAdapter):
            def send(self, request, **options):
                request.url = request.url.replace("https:", "http:", 1)
                return super().send(request, **options)
        session.mount("https://", Plain())
    return simple_salesforce.Salesforce(
        session_id=token, instance_url=sandbox.url.replace("http:", "https:", 1), session=session)
