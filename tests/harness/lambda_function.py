"""The packed connector as Lambda runs it: one process, asked through a runtime API of its own."""

import http.server
import itertools
import json
import os
import queue
import signal
import threading
import time
from decimal import Decimal

from harness.processes import Process, clean_environment

_INVOCATION = "/2018-06-01/runtime/invocation/"


class FunctionError(AssertionError):
    """The function ended, or gave no answer: what Lambda reports as FunctionError."""


class LambdaFunction:
    """A process of the unpacked zip. May be asked from one thread at a time."""

    _numbers = itertools.count(1)

    def __init__(self, task_root, folder):
        self.secrets = {}  # What Secrets Manager gives it, by ARN.
        self._task_root, self._folder = task_root, folder
        self._logs = []
        self.start()

    def start(self):
        log = self._folder / f"function-{next(self._numbers)}.log"
        self._api = _RuntimeApi(self)
        address = f"127.0.0.1:{self._api.server_port}"
        self._process = Process([self._task_root / "bootstrap"], log, env=clean_environment(
            LAMBDA_TASK_ROOT=self._task_root, AWS_LAMBDA_RUNTIME_API=address,
            AWS_REGION="us-east-1", AWS_ENDPOINT_URL=f"http://{address}",
            AWS_ACCESS_KEY_ID="AKIAANY", AWS_SECRET_ACCESS_KEY="any", AWS_SESSION_TOKEN="any"))
        self._logs.append(log)

    def renew(self):
        """What a cold start is: another process, which knows nothing of this one."""
        self.stop()
        self.start()

    def invoke(self, message, /, seconds=30, **members):
        """The answer to `<message>Request`, which has to come within Lambda's time."""
        deadline_ms = int((time.time() + seconds) * 1000)
        self._api.events.put((deadline_ms, {"type": f"{message}Request"} | members))
        until = time.monotonic() + seconds
        while True:
            try:
                kind, body = self._api.answers.get(timeout=0.2)
            except queue.Empty:
                if not self._process.running():
                    raise FunctionError(f"the function ended: {self.output()[-2000:]}") from None
                if time.monotonic() > until:
                    raise FunctionError(f"no answer within {seconds} s") from None
                continue
            if kind != "response":
                raise FunctionError(f"{kind}: {body}")
            return json.loads(body)

    def freeze(self):
        """As Lambda does between invocations: nothing runs, connections stay as they are."""
        os.killpg(self._process.pid, signal.SIGSTOP)

    def thaw(self):
        os.killpg(self._process.pid, signal.SIGCONT)

    def output(self):
        return "".join(log.read_text(errors="replace") for log in self._logs)

    def stop(self):
        self._process.kill()
        self._api.events.put(None)
        self._api.shutdown()
        self._api.server_close()


class _RuntimeApi(http.server.ThreadingHTTPServer):
    daemon_threads = True

    def __init__(self, function):
        super().__init__(("127.0.0.1", 0), _Handler)
        self.function = function
        self.events, self.answers = queue.Queue(), queue.Queue()
        threading.Thread(target=self.serve_forever, args=(0.02,), daemon=True).start()


class _Handler(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    wbufsize = -1  # Headers and body go out together.

    def do_GET(self):
        asked = self.server.events.get()
        if asked is None:
            self.close_connection = True
            return
        deadline_ms, event = asked
        self._send(event, {"Lambda-Runtime-Aws-Request-Id": "r-1",
                           "Lambda-Runtime-Deadline-Ms": str(deadline_ms)})

    def do_POST(self):
        body = self.rfile.read(int(self.headers["Content-Length"]))
        if self.path.startswith(_INVOCATION):
            self._send({"status": "OK"})
            self.server.answers.put((self.path.rsplit("/", 1)[1], body))
        else:
            arn = json.loads(body)["SecretId"]
            self._send({"ARN": arn, "SecretString": json.dumps(self.server.function.secrets[arn])})

    def _send(self, body, headers=None):
        text = json.dumps(body).encode()
        self.send_response(200)
        for name, value in ({"Content-Length": str(len(text))} | (headers or {})).items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(text)

    def handle(self):
        try:
            super().handle()
        except ConnectionError:
            pass  # The process was killed while it waited.

    def log_message(self, *_):
        pass


class Connection:
    """A connector profile of one function, as AppFlow uses it."""

    _numbers = itertools.count(1)

    def __init__(self, function, **secret):
        self.function = function
        self.arn = ("arn:aws:secretsmanager:us-east-1:000000000000:secret:"
                    f"appflow!000000000000-TiDB-{next(self._numbers)}")
        function.secrets[self.arn] = {
            "authenticationType": "CUSTOM", "customAuthenticationType": "JDBC", "driver": "mysql",
            "hostname": "127.0.0.1", "tls": "No"} | secret
        self._credentials = {"secretArn": self.arn, "authenticationType": "CustomAuth"}

    def ask(self, message, /, *, settings=None, **members):
        if message == "ValidateCredentials":
            members |= {"credentials": self._credentials, "connectorRuntimeSettings": {}}
        else:
            members |= {"connectorContext": {"apiVersion": "v1", "credentials": self._credentials,
                                             "connectorRuntimeSettings": settings or {}}}
        return self.function.invoke(message, **members)

    def write(self, operation, entity, records, id_fields=None, **members):
        """The answer to WriteData. A record is a dictionary, or JSON text as it is."""
        texts = [record if isinstance(record, str) else to_json(record) for record in records]
        return self.ask("WriteData", entityIdentifier=entity, operation=operation, records=texts,
                        idFieldNames=id_fields, **members)

    def page(self, entity, **members):
        """(records, token of the next page) of one QueryData, which must succeed."""
        return _records(self.ask("QueryData", entityIdentifier=entity, **members))

    def query(self, entity, **members):
        """The records of all pages."""
        records, token = self.page(entity, **members)
        while token:
            more, token = self.page(entity, nextToken=token, **members)
            records += more
        return records

    def retrieve(self, entity, ids, **members):
        return _records(self.ask("RetrieveData", entityIdentifier=entity, ids=ids, **members))[0]


def _records(answer):
    assert answer["isSuccess"] is True, answer
    return [from_json(text) for text in answer.get("records") or []], answer.get("nextToken")


def from_json(text):
    """Numbers as exact as they were written."""
    return json.loads(text, parse_float=Decimal)


def to_json(value):
    if isinstance(value, Decimal):
        return str(value)
    if isinstance(value, dict):
        return "{" + ",".join(f"{json.dumps(k)}:{to_json(v)}" for k, v in value.items()) + "}"
    if isinstance(value, (list, tuple)):
        return "[" + ",".join(map(to_json, value)) + "]"
    return json.dumps(value, ensure_ascii=False)
