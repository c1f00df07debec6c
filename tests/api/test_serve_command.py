"""sluice serve as it is started by hand: keys, addresses, TLS, its data folder, its end."""

import io
import json
import re
import signal
import socket
import stat
import subprocess
import sys
import zipfile

import boto3
import botocore.config
import pytest
import requests
from botocore.exceptions import ClientError, SSLError

from conftest import ROOT_KEY
from harness import tutorial
from harness.processes import SLUICE, Process, clean_environment
from harness.service import REGION

GIVEN = {"SLUICE_ACCESS_KEY_ID": ROOT_KEY[0], "SLUICE_SECRET_ACCESS_KEY": ROOT_KEY[1]}


@pytest.fixture
def data(folder, request):
    """Where this test's service keeps its things; nothing is there yet."""
    return folder / request.node.name.replace("/", "-") / "data"


@pytest.fixture
def start(data):
    """Starts services, and ends those that the test has not."""
    started = []

    def start(*options, listen="127.0.0.1:0", at=data, **environment):
        process = Process([SLUICE, "serve", "--listen", listen, "--data", at, *options],
                          at.parent / f"serve-{len(started)}.log",
                          env=clean_environment(**environment))
        started.append(process)
        process.url = process.wait_for_line(r"AWS_ENDPOINT_URL=(\S+)")[1]
        return process

    yield start
    for process in started:
        process.kill()


def refused(data, *options, listen="127.0.0.1:0", **environment):
    """What a service that does not start says about it."""
    done = subprocess.run([SLUICE, "serve", "--listen", listen, "--data", data, *options],
                          capture_output=True, text=True, timeout=20,
                          env=clean_environment(**environment))
    assert done.returncode == 1 and done.stdout == "", done
    assert done.stderr.startswith("sluice serve: ") and done.stderr.count("\n") == 1
    return done.stderr


def client(process, name="appflow", key=ROOT_KEY, verify=None):
    return boto3.client(
        name, endpoint_url=process.url, region_name=REGION, aws_access_key_id=key[0],
        aws_secret_access_key=key[1], verify=verify,
        config=botocore.config.Config(retries={"total_max_attempts": 1}))


def printed_key(process):
    return re.findall(r"AWS_ACCESS_KEY_ID=(\S+)|AWS_SECRET_ACCESS_KEY=(\S+)", process.output())


def test_a_key_is_made_once_shown_once_and_stays_good(start):
    first = start()
    [(key_id, _), (_, secret)] = printed_key(first)
    assert client(first, key=(key_id, secret)).list_flows()["flows"] == []
    with pytest.raises(ClientError, match="InvalidSignature"):
        client(first, key=(key_id, secret[:-1])).list_flows()
    assert first.stop() == 0

    second = start()
    assert printed_key(second) == [] and secret not in second.output()
    assert client(second, key=(key_id, secret)).list_flows()["flows"] == []


def test_two_data_folders_have_two_keys(start, data):
    one, other = start(), start(at=data / "other")
    assert printed_key(one)[0] != printed_key(other)[0]
    assert printed_key(one)[1] != printed_key(other)[1]


def test_a_given_key_is_not_shown_and_replaces_the_made_one(start):
    first = start()
    [(key_id, _), (_, secret)] = printed_key(first)
    first.stop()
    second = start(**GIVEN)
    assert printed_key(second) == [] and ROOT_KEY[1] not in second.output()
    assert client(second).list_flows()["flows"] == []
    with pytest.raises(ClientError, match="UnrecognizedClient"):
        client(second, key=(key_id, secret)).list_flows()


@pytest.mark.parametrize("given", GIVEN)
def test_half_a_key_is_refused(data, given):
    says = refused(data, **{given: GIVEN[given]})
    assert all(name in says for name in GIVEN) and GIVEN[given] not in says


@pytest.mark.parametrize("listen", ["0.0.0.0:0", "[::]:0"])
def test_passwords_do_not_cross_the_network_in_the_clear(data, listen):
    says = refused(data, listen=listen, **GIVEN)
    assert listen in says and "TLS" in says and "--allow-plain-http" in says
    assert not data.exists()


def test_plain_http_beyond_this_machine_is_there_for_who_asks_for_it(start):
    process = start("--allow-plain-http", listen="0.0.0.0:0", **GIVEN)
    assert client(process).list_flows()["flows"] == []


@pytest.mark.parametrize("listen", ["nonsense", "127.0.0.1", "127.0.0.1:", "127.0.0.1:70000"])
def test_an_address_that_is_none_is_said_so(data, listen):
    assert listen in refused(data, "--allow-plain-http", listen=listen, **GIVEN)


def test_a_port_that_is_taken_is_named(data):
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        listen = f"127.0.0.1:{taken.getsockname()[1]}"
        says = refused(data, listen=listen, **GIVEN)
    assert listen in says and "in use" in says


def test_a_second_service_on_the_same_data_learns_who_has_it(start, data):
    first = start(**GIVEN)
    says = refused(data, **GIVEN)
    assert f"process {first.pid} " in says and str(data) in says
    assert client(first).list_flows()["flows"] == []
    first.kill()
    start(**GIVEN)


def mode(path):
    return stat.S_IMODE(path.stat().st_mode)


def test_others_on_the_machine_may_not_look_into_its_data(start, data):
    data.mkdir(parents=True)
    data.chmod(0o755)
    process = start(**GIVEN)
    client(process, "secretsmanager").create_secret(Name="any", SecretString="thing")
    assert mode(data) == 0o700
    files = {path.name: mode(path) for path in data.iterdir() if path.is_file()}
    assert {"master.key", "sluice.db", "sluice.db-wal", "sluice.db-shm"} <= set(files)
    assert set(files.values()) == {0o600}, files


@pytest.mark.parametrize("harm, says", [
    (lambda key: key.chmod(0o640), "chmod 600"),
    (lambda key: key.chmod(0o604), "chmod 600"),
    (lambda key: key.write_text("not a key\n"), "does not hold a key"),
    (lambda key: key.write_text(""), "does not hold a key"),
], ids=["group", "others", "nonsense", "empty"])
def test_a_master_key_that_is_not_right_is_refused(start, data, harm, says):
    start(**GIVEN).stop()
    harm(data / "master.key")
    message = refused(data, **GIVEN)
    assert says in message and str(data / "master.key") in message


def test_another_master_key_is_refused(start, data):
    start().stop()
    (data / "master.key").unlink()
    assert "another master key" in refused(data)


def test_half_of_tls_is_refused(data, authority):
    certificate, key = authority.issue("half")
    for half in (("--tls-certificate", certificate), ("--tls-key", key)):
        says = refused(data, *half, **GIVEN)
        assert "--tls-certificate" in says and "--tls-key" in says


def test_a_key_of_another_certificate_is_refused(data, authority, folder):
    certificate, _ = authority.issue("one")
    _, key = authority.issue("two")
    assert str(key) in refused(data, "--tls-certificate", certificate, "--tls-key", key, **GIVEN)
    missing = folder / "missing.pem"
    assert str(missing) in refused(data, "--tls-certificate", missing, "--tls-key", key, **GIVEN)


SPY = """
import boto3
def main(event, context):
    try:
        boto3.client("secretsmanager").get_secret_value(SecretId=event)
    except Exception as refused:
        return str(refused)
"""


def test_https_for_clients_and_for_the_functions(start, authority, folder):
    certificate, key = authority.issue("service")
    # The functions trust what is in this file, so the authority is in it too.
    chain = folder / "chain.pem"
    chain.write_text(certificate.read_text() + authority.ca.read_text())
    process = start("--tls-certificate", chain, "--tls-key", key, "--python", sys.executable,
                    **GIVEN)
    assert process.url.startswith("https://127.0.0.1:")
    with pytest.raises(SSLError):
        client(process).list_flows()
    ca = str(authority.ca)
    assert client(process, verify=ca).list_flows()["flows"] == []

    secret = client(process, "secretsmanager", verify=ca).create_secret(
        Name="any", SecretString="thing")["ARN"]
    code = io.BytesIO()
    with zipfile.ZipFile(code, "w") as archive:
        archive.writestr("handler.py", SPY)
    functions = client(process, "lambda", verify=ca)
    functions.create_function(FunctionName="spy", Runtime="python3.11", Role=tutorial.ROLE,
                              Handler="handler.main", Code={"ZipFile": code.getvalue()}, Timeout=20)
    answer = json.load(functions.invoke(FunctionName="spy", Payload=json.dumps(secret))["Payload"])
    # It was answered, through TLS; this secret is just not its own.
    assert "AccessDeniedException" in answer and "SSL" not in answer


@pytest.mark.parametrize("asked", [signal.SIGTERM, signal.SIGINT])
def test_it_ends_when_it_is_asked_to(start, asked):
    process = start(**GIVEN)
    process.child.send_signal(asked)
    assert process.child.wait(10) == 0
    assert "Stopping." in process.output()
    with pytest.raises(OSError):
        socket.create_connection(("127.0.0.1", int(process.url.rsplit(":", 1)[1])), 1)


@pytest.mark.parametrize("command, words", [
    ("", ["serve", "sandbox", "demo", "run", "connector"]),
    ("serve", ["--listen", "--data", "--tls-certificate", "--tls-key", "--allow-plain-http",
               "--ca-file", "--account", "--region", "--python", "--s3", "--public-metrics",
               "--login-link-minutes", "SLUICE_ACCESS_KEY_ID", "SLUICE_SECRET_ACCESS_KEY"]),
    ("run", ["check", "list", "show", "refused", "replay"]),
    ("run check", []),
    ("run list", ["--limit"]),
    ("run show", []),
    ("run refused", ["--output"]),
    ("run replay", ["--records", "--wait"]),
    ("sandbox", ["salesforce", "tidb"]),
    ("sandbox salesforce", ["--listen", "--records", "--user", "--password", "--client-id",
                            "--client-secret", "--session-seconds", "--tls-certificate",
                            "--tls-key"]),
    ("sandbox tidb", ["--data", "--port"]),
    ("demo", ["--keep", "--tidb", "--connector"]),
])
def test_help_names_every_option(command, words):
    done = subprocess.run([SLUICE, *command.split(), "--help"], capture_output=True, text=True,
                          timeout=20, env=clean_environment())
    assert done.returncode == 0 and done.stderr == ""
    offered = set(re.findall(r"^ +(?:-\w,)?(--[\w-]+)|^ {2}(\w+) {2}", done.stdout, re.MULTILINE))
    assert all(word in done.stdout for word in words)
    named = {option or subcommand for option, subcommand in offered} - {"--help"}
    assert named == {word for word in words if not word.startswith("SLUICE_")}


@pytest.mark.parametrize("words, says", [
    (["no-such-command"], "no-such-command"), (["serve", "--no-such-option"], "--no-such-option"),
    (["serve", "--account", "12"], "12 digits")])
def test_a_wrong_command_line_is_refused_in_a_sentence(words, says, folder):
    done = subprocess.run([SLUICE, *words], capture_output=True, text=True, timeout=20,
                          env=clean_environment(), cwd=folder)
    assert done.returncode != 0 and done.stdout == ""
    assert done.stderr.count("\n") <= 2 and says in done.stderr and "--help" in done.stderr


@pytest.mark.parametrize("words, offers", [([], "serve"), (["sandbox"], "salesforce")])
def test_a_command_line_that_says_nothing_shows_what_there_is(words, offers, folder):
    done = subprocess.run([SLUICE, *words], capture_output=True, text=True, timeout=20,
                          env=clean_environment(), cwd=folder)
    assert done.returncode == 2 and done.stdout == ""
    assert "Subcommands" in done.stderr and offers in done.stderr


def test_metrics_beyond_this_machine_are_there_for_who_asks_for_them(start, data):
    for options, status in ((), 403), (("--public-metrics",), 200):
        process = start("--allow-plain-http", *options, listen="0.0.0.0:0",
                        at=data / f"with-{len(options)}", **GIVEN)
        answer = requests.get(process.url.replace("0.0.0.0", "127.0.0.1") + "/metrics", timeout=10)
        assert answer.status_code == status
        assert ("--public-metrics" in answer.text) == (status == 403)


@pytest.mark.parametrize("url", ["file://relative", "ftp://127.0.0.1", "nonsense"])
def test_a_place_for_buckets_that_cannot_be_is_said_so(data, url):
    assert url in refused(data, "--s3", url, **GIVEN)


def test_a_start_that_failed_does_not_swallow_the_key(start, data):
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        refused(data, listen=f"127.0.0.1:{taken.getsockname()[1]}")
    process = start()
    [(key_id, _), (_, secret)] = printed_key(process)
    assert client(process, key=(key_id, secret)).list_flows()["flows"] == []


@pytest.mark.parametrize("listen", ["127.0.0.1:0", "0.0.0.0:0"])
@pytest.mark.parametrize("with_root", [False, True])
def test_functions_reach_an_https_service(start, authority, folder, listen, with_root):
    certificate, key = authority.issue("service")
    chain = folder / "chain.pem"
    chain.write_text(certificate.read_text() + (authority.ca.read_text() if with_root else ""))
    process = start("--tls-certificate", chain, "--tls-key", key, "--python", sys.executable,
                    listen=listen, **GIVEN)
    process.url = process.url.replace("0.0.0.0", "127.0.0.1")
    ca = str(authority.ca)
    secret = client(process, "secretsmanager", verify=ca).create_secret(
        Name="any", SecretString="thing")["ARN"]
    code = io.BytesIO()
    with zipfile.ZipFile(code, "w") as archive:
        archive.writestr("handler.py", SPY)
    functions = client(process, "lambda", verify=ca)
    functions.create_function(FunctionName="spy", Runtime="python3.11", Role=tutorial.ROLE,
                              Handler="handler.main", Code={"ZipFile": code.getvalue()}, Timeout=20)
    answer = json.load(functions.invoke(FunctionName="spy", Payload=json.dumps(secret))["Payload"])
    assert "AccessDeniedException" in answer
