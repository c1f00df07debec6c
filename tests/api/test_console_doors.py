"""The console's server side, as a browser meets it: files, log-in, sessions, live progress."""

import io
import json
import re
import time
import zipfile

import boto3
import botocore.auth
import botocore.awsrequest
import botocore.config
import botocore.credentials
import pytest
import requests
from botocore.exceptions import ClientError

from conftest import ROOT_KEY, S3_KEY
from harness import s3_flows, tutorial
from harness.processes import SLUICE, Process, clean_environment
from harness.s3_faults import Delay
from harness.service import REGION, Service

PAGES = ["/", "/appflow/home", "/lambda/home", "/cloudwatch/home"]
LINK = r"Console: (\S+)/#/login/(\w+)  \(works once, within (\d+) minutes\)"
WITHOUT_GZIP = {"Accept-Encoding": "identity"}


@pytest.fixture
def own_service(folder, request):
    """Starts a service that was never logged in to, with a link of its own."""
    started = []

    def start(*options):
        at = folder / request.node.originalname / str(len(started))
        process = Process([SLUICE, "serve", "--listen", "127.0.0.1:0", "--data", at / "data",
                           *options], at / "serve.log",
                          env=clean_environment(SLUICE_ACCESS_KEY_ID=ROOT_KEY[0],
                                                SLUICE_SECRET_ACCESS_KEY=ROOT_KEY[1]))
        started.append(process)
        process.link = process.wait_for_line(LINK)
        process.url = process.link[1]
        return process

    yield start
    for process in started:
        process.kill()


class Tab:
    """One tab of a browser: pass `browser` to open it beside another one's."""

    def __init__(self, url, name="tab-1", browser=None, verify=None):
        self.url, self.name = url, name
        self.browser = browser or requests.Session()
        self.browser.verify = verify or True
        self.key = None

    def post(self, door, headers=None, **body):
        return self.browser.post(
            f"{self.url}/console/{door}", json={"tab": self.name, **body}, timeout=10,
            headers={"Origin": self.url, **(headers or {})})

    def keep(self, answer):
        assert answer.status_code == 200, answer.text
        session = answer.json()
        self.key = (session["accessKeyId"], session["secretAccessKey"]) if session["loggedIn"] else None
        return session

    def log_in(self, token):
        return self.keep(self.post("login", token=token))

    def log_in_by_key(self, key=ROOT_KEY):
        signed = sign(self.url, "POST", "/console/sessions", key, body={"tab": self.name})
        return self.keep(self.browser.send(self.browser.prepare_request(signed), timeout=10))

    def resume(self):
        return self.keep(self.post("session"))

    def log_out(self):
        return self.post("logout")

    def client(self, name="appflow"):
        return boto3.client(
            name, endpoint_url=self.url, region_name=REGION, aws_access_key_id=self.key[0],
            aws_secret_access_key=self.key[1], verify=self.browser.verify,
            config=botocore.config.Config(retries={"total_max_attempts": 1}))


def sign(url, method, path, key, params=None, body=None):
    request = botocore.awsrequest.AWSRequest(
        method, url + path, params=params, data=None if body is None else json.dumps(body),
        headers={} if body is None else {"Content-Type": "application/json"})
    botocore.auth.SigV4Auth(botocore.credentials.Credentials(*key), "sluice",
                            REGION).add_auth(request)
    prepared = request.prepare()
    return requests.Request(method, prepared.url, data=prepared.body,
                            headers=dict(prepared.headers))


def get(service, path, headers=None):
    return requests.get(service.url + path, headers=headers or {}, timeout=10)


def script(service):
    """The path of the first script of the page."""
    return re.search(r'src="(/assets/[^"]+\.js)"', get(service, "/").text)[1]


def test_every_page_is_the_console(service):
    index = get(service, "/")
    assert index.status_code == 200 and '<div id="root">' in index.text
    assert index.headers["Content-Type"] == "text/html; charset=utf-8"
    assert index.headers["Cache-Control"] == "no-cache"
    for page in PAGES:
        assert get(service, page + "?region=us-east-1").text == index.text
    oauth = get(service, "/appflow/oauth?code=any")
    assert oauth.status_code == 200 and oauth.text != index.text
    assert get(service, "/favicon.svg").headers["Content-Type"] == "image/svg+xml"


def test_files_are_compressed_for_those_who_take_it(service):
    path = script(service)
    packed, plain = get(service, path), get(service, path, WITHOUT_GZIP)
    assert packed.headers["Content-Encoding"] == "gzip" and "Content-Encoding" not in plain.headers
    assert packed.content == plain.content
    assert int(packed.headers["Content-Length"]) < int(plain.headers["Content-Length"])
    for answer in (packed, plain):
        assert answer.headers["Vary"] == "Accept-Encoding"
        assert answer.headers["Content-Type"] == "text/javascript; charset=utf-8"
        assert answer.headers["Cache-Control"] == "public, max-age=31536000, immutable"
    head = requests.head(service.url + path, timeout=10, headers=WITHOUT_GZIP)
    assert head.headers["Content-Length"] == plain.headers["Content-Length"] and not head.content


def test_a_copy_that_is_still_right_is_not_sent_again(service):
    for path in ("/", script(service)):
        etag = get(service, path).headers["ETag"]
        again = get(service, path, {"If-None-Match": etag})
        assert again.status_code == 304 and not again.content and again.headers["ETag"] == etag
        assert get(service, path, {"If-None-Match": 'W/"other"'}).status_code == 200


def test_what_is_not_there_is_said_so_and_the_api_stays_as_it_was(service):
    browser = {"Accept": "text/html,application/xhtml+xml,*/*;q=0.8"}
    assert get(service, "/nothing", browser).status_code == 404
    assert get(service, "/assets/old-12345678.js").status_code == 404
    for path in ("/tags/arn", "/..%2Findex.html", "/index.html%00"):
        assert get(service, path).status_code == 403
    assert requests.post(service.url + "/", timeout=10).status_code == 403


def test_every_answer_forbids_what_is_not_ours(service):
    tab = Tab(service.url)
    answers = [get(service, path) for path in
               (*PAGES, "/appflow/oauth", "/favicon.svg", script(service), "/assets/none.js")]
    answers += [get(service, "/", {"If-None-Match": "*"}), tab.post("session"), tab.post("login"),
                tab.post("logout"), tab.post("login", headers={"Origin": "http://evil.example"})]
    for answer in answers:
        policy = dict(part.strip().split(" ", 1) for part in
                      answer.headers["Content-Security-Policy"].split(";"))
        assert policy["default-src"] == policy["frame-ancestors"] == policy["base-uri"] == "'none'"
        assert policy["script-src"] == policy["connect-src"] == "'self'"
        assert answer.headers["X-Content-Type-Options"] == "nosniff"
        assert answer.headers["Referrer-Policy"] == "no-referrer"
        assert answer.headers["Cross-Origin-Resource-Policy"] == "same-origin"
    inline = re.findall(r"<script(?![^>]*\bsrc=)|<style|\bon\w+=|\bstyle=", get(service, "/").text)
    assert not inline, "the policy would forbid these"


def test_a_link_logs_in_once(own_service):
    service = own_service()
    token = service.link[2]
    assert int(service.link[3]) == 15
    wrong = Tab(service.url).log_in(token[:-1])
    assert not wrong["loggedIn"]
    tab = Tab(service.url)
    session = tab.log_in(token)
    assert session["loggedIn"] and session["account"] == "000000000000"
    assert session["region"] == REGION and 11 * 3600 < session["expiresAt"] - time.time() < 13 * 3600
    assert tab.client().list_flows()["flows"] == []

    again = Tab(service.url, "tab-2").log_in(token)
    assert not again["loggedIn"] and "access key" in again["message"]
    log = service.output().replace(service.link[0], "")
    for secret in (token, *tab.key, *tab.browser.cookies.values()):
        assert secret not in log
    assert "log-in to the console was refused" in log


def test_a_start_prints_a_link_of_its_own_for_as_long_as_it_is_told(own_service):
    first, second = own_service("--login-link-minutes", "99"), own_service()
    assert int(first.link[3]) == 99 and first.link[2] != second.link[2]
    assert not Tab(second.url).log_in(first.link[2])["loggedIn"]


def test_an_access_key_is_exchanged_for_a_sessions_own(service):
    tab = Tab(service.url)
    assert tab.log_in_by_key()["loggedIn"]
    assert tab.key[0].startswith("ASIA") and tab.key[1] != ROOT_KEY[1]
    for name, ask in (("appflow", "list_flows"), ("lambda", "list_functions"),
                      ("secretsmanager", "list_secrets"), ("logs", "describe_log_groups")):
        getattr(tab.client(name), ask)()
    wrong = Tab(service.url)
    with pytest.raises(AssertionError, match="InvalidSignature"):
        wrong.log_in_by_key((ROOT_KEY[0], "wrong"))
    with pytest.raises(AssertionError, match="AccessDenied"):
        wrong.log_in_by_key(tab.key)
    unsigned = tab.post("sessions")
    assert unsigned.status_code == 403


GIVE_AWAY = """
import os
def main(event, context):
    return [os.environ[f"AWS_{name}"] for name in
            ("ACCESS_KEY_ID", "SECRET_ACCESS_KEY", "SESSION_TOKEN")]
"""


def test_a_functions_key_opens_no_session(service):
    code = io.BytesIO()
    with zipfile.ZipFile(code, "w") as archive:
        archive.writestr("handler.py", GIVE_AWAY)
    functions = service.client("lambda")
    functions.create_function(FunctionName="gives-away", Runtime="python3.11", Role=tutorial.ROLE,
                              Handler="handler.main", Code={"ZipFile": code.getvalue()}, Timeout=20)
    key = json.load(functions.invoke(FunctionName="gives-away", Payload=b"{}")["Payload"])
    with pytest.raises(AssertionError, match="AccessDenied"):
        Tab(service.url).log_in_by_key(key)
    assert watch(service, "f", "e", key).status_code == 403


def test_the_cookie_is_out_of_reach_for_scripts_and_other_sites(service):
    tab = Tab(service.url)
    tab.log_in_by_key()
    [cookie] = tab.browser.cookies
    assert cookie.path == "/console" and not cookie.secure
    assert cookie.has_nonstandard_attr("HttpOnly")
    assert cookie.get_nonstandard_attr("SameSite") == "Strict"


def test_a_reload_stays_logged_in_and_no_other_tab_gets_in(service):
    tab = Tab(service.url)
    tab.log_in_by_key()
    key = tab.key
    assert tab.resume()["loggedIn"] and tab.key == key
    other_tab = Tab(service.url, "tab-2", tab.browser)
    assert not other_tab.resume()["loggedIn"]
    assert not Tab(service.url, tab.name).resume()["loggedIn"], "without the cookie"
    other_tab.log_in_by_key()
    assert tab.resume()["loggedIn"] and tab.key == key
    assert other_tab.resume()["loggedIn"] and other_tab.key != key


def test_logging_out_ends_the_key_at_once(service):
    tab, other = Tab(service.url), Tab(service.url, "tab-2")
    tab.log_in_by_key()
    other.log_in_by_key()
    appflow = tab.client()
    appflow.list_flows()
    assert tab.log_out().json() == {}
    with pytest.raises(ClientError, match="UnrecognizedClient"):
        appflow.list_flows()
    assert not tab.resume()["loggedIn"]
    other.client().list_flows()


@pytest.mark.parametrize("origin", ["http://evil.example", "null", "http://127.0.0.1:1"])
def test_other_sites_are_refused(own_service, origin):
    service = own_service()
    tab = Tab(service.url)
    token = service.link[2]
    assert tab.post("login", {"Origin": origin}, token=token).status_code == 403
    form = requests.post(f"{service.url}/console/login", timeout=10, headers={
        "Content-Type": "text/plain"}, data=json.dumps({"tab": "t", "token": token}))
    assert form.status_code == 415
    assert tab.log_in(token)["loggedIn"], "the link was not used up"


def test_cookies_are_for_https_where_there_is_https(own_service, authority):
    certificate, key = authority.issue("service")
    service = own_service("--tls-certificate", certificate, "--tls-key", key)
    assert service.url.startswith("https://")
    tab = Tab(service.url, verify=str(authority.ca))
    assert tab.log_in(service.link[2])["loggedIn"]
    [cookie] = tab.browser.cookies
    assert cookie.secure and tab.resume()["loggedIn"]


@pytest.fixture
def slow_service(folder, s3_faults):
    """A service whose S3 can be made to answer late, so that a run lasts as long as a test looks."""
    server = Service(folder / "on-slow-s3", ROOT_KEY, "--s3", s3_faults.url, environment={
        "AWS_ACCESS_KEY_ID": S3_KEY[0], "AWS_SECRET_ACCESS_KEY": S3_KEY[1]})
    yield server
    server.stop()


@pytest.fixture
def start_run(slow_service, s3, bucket):
    """Makes a flow that writes so many rows as JSON, starts it, and returns it with its run's id."""
    def start(rows, **aggregation):
        s3.put(bucket, "in/rows.csv", "id,name,price\n" + "".join(
            f"{number},name {number},{number}.25\n" for number in range(rows)))
        appflow = slow_service.client("appflow")
        s3_flows.create(appflow, bucket, s3_flows.source(bucket, "in"),
                        s3_flows.destination(bucket, fileType="JSON", aggregationConfig=aggregation),
                        s3_flows.tasks(("id", "name", "price")))
        return bucket, appflow.start_flow(flowName=bucket)["executionId"]
    return start


def watch(service, flow, execution, key=ROOT_KEY):
    signed = sign(service.url, "GET", "/console/runs", key,
                  params={"flowName": flow, "executionId": execution})
    return requests.Session().send(signed.prepare(), stream=True, timeout=60)


def events(answer):
    """(name, data, seconds) of each event, as they come."""
    name, began = None, time.monotonic()
    for line in answer.iter_lines(chunk_size=1, decode_unicode=True):
        if line.startswith("event: "):
            name = line.removeprefix("event: ")
        if line.startswith("data: "):
            yield name, json.loads(line.removeprefix("data: ")), time.monotonic() - began


def test_a_run_is_told_while_it_runs(slow_service, s3_faults, start_run):
    # Each object takes longer than the feed takes from look to look.
    s3_faults.add("PutObject", Delay(1), times=3)
    flow, execution = start_run(120_000, aggregationType="None", targetFileSize=1)
    answer = watch(slow_service, flow, execution)
    assert answer.status_code == 200
    assert answer.headers["Content-Type"].startswith("text/event-stream")
    assert "Content-Security-Policy" in answer.headers
    seen = list(events(answer))
    assert {name for name, _, _ in seen} == {"progress"}
    counts = [data["recordsProcessed"] for _, data, _ in seen]
    assert counts == sorted(counts) and counts[-1] == 120_000
    assert len(set(counts)) >= 4, f"{counts}: it was told only how it ended"
    first, last = seen[0][1], seen[-1][1]
    assert first["executionStatus"] == "InProgress" and last["executionStatus"] == "Successful"
    record = s3_flows.record_of(slow_service.client("appflow"), flow)
    assert abs(last["startedAt"] - record["startedAt"].timestamp()) < 1
    assert last["bytesProcessed"] == record["executionResult"]["bytesProcessed"]
    assert last["bytesWritten"] == record["executionResult"]["bytesWritten"]
    assert last["recordsRefused"] == last["recordsFiltered"] == 0


def test_what_is_on_its_way_is_told_before_any_of_it_is_in_a_whole_object(slow_service, s3_faults,
                                                                          start_run):
    s3_faults.add("UploadPart", Delay(1), times=2)
    flow, execution = start_run(200_000, aggregationType="SingleFile")
    seen = [data for _, data, _ in events(watch(slow_service, flow, execution))]
    before = [data for data in seen if data["recordsProcessed"] == 0]
    assert max(data["recordsOnTheWay"] for data in before) > 0
    assert max(data["bytesOnTheWay"] for data in before) > 0
    for data in seen:
        # What arrives between two looks may be told as both, in one event.
        assert 0 <= data["recordsOnTheWay"] <= 200_000
    last = seen[-1]
    assert last["executionStatus"] == "Successful" and last["recordsProcessed"] == 200_000
    assert last["recordsOnTheWay"] == last["bytesOnTheWay"] == 0


def test_a_run_that_does_not_exist_ends_in_a_sentence(service):
    [(name, data, seconds)] = events(watch(service, "no-such-flow", "no-such-run"))
    assert name == "error" and "no-such-flow" in data["message"]
    assert 4 < seconds < 8


def test_watching_takes_a_signature(service):
    path = "/console/runs?flowName=f&executionId=e"
    assert get(service, path).status_code == 403
    assert watch(service, "f", "", ROOT_KEY).status_code == 400
    assert watch(service, "f", "e", (ROOT_KEY[0], "wrong")).status_code == 403


def test_many_watch_at_once_and_a_stop_does_not_wait_for_them(own_service):
    service = own_service()
    answers = [watch(service, "f", "e") for _ in range(70)]  # More than there are workers.
    assert {answer.status_code for answer in answers} == {200}
    assert get(service, "/").status_code == 200
    began = time.monotonic()
    assert service.stop() == 0
    assert time.monotonic() - began < 3
