"""A proxy in front of an S3 server that fails as S3 and networks do, and counts what is asked."""

import collections
import dataclasses
import http.client
import http.server
import socket
import struct
import threading
import time
import urllib.parse

_CHUNK = 64 << 10


@dataclasses.dataclass(frozen=True)
class Answer:
    """S3's error answer; the server behind never sees the request."""
    status: int
    code: str


SLOW_DOWN = Answer(503, "SlowDown")
INTERNAL_ERROR = Answer(500, "InternalError")
ACCESS_DENIED = Answer(403, "AccessDenied")


@dataclasses.dataclass(frozen=True)
class CutRequest:
    """The connection breaks once that many bytes of the request's body have come."""
    after_bytes: int = 0


@dataclasses.dataclass(frozen=True)
class CutAnswer:
    """The connection breaks once that many bytes of the answer's body have gone out."""
    after_bytes: int = 0


@dataclasses.dataclass(frozen=True)
class LoseAnswer:
    """The request is carried out, and the connection breaks before anything is answered."""


@dataclasses.dataclass(frozen=True)
class Delay:
    seconds: float


def operation_of(method, target, headers):
    """The name of the S3 operation that a request is."""
    path, _, query = target.partition("?")
    words = urllib.parse.parse_qs(query, keep_blank_values=True)
    is_object = bool(path.strip("/").partition("/")[2])
    if "uploadId" in words:
        return {"PUT": "UploadPart", "POST": "CompleteMultipartUpload", "GET": "ListParts",
                "DELETE": "AbortMultipartUpload"}[method]
    if "uploads" in words:
        return "CreateMultipartUpload" if is_object else "ListMultipartUploads"
    if is_object:
        if method == "PUT" and headers.get("x-amz-copy-source"):
            return "CopyObject"
        return f"{method.capitalize()}Object"
    if method == "POST" and "delete" in words:
        return "DeleteObjects"
    if method == "GET":
        return "ListObjects" if path.strip("/") else "ListBuckets"
    return {"PUT": "CreateBucket", "HEAD": "HeadBucket", "DELETE": "DeleteBucket"}[method]


class S3Faults:
    """`url` is where clients go instead of to the server at `s3_url`."""

    def __init__(self, s3_url):
        self._backend = urllib.parse.urlsplit(s3_url)
        self._lock = threading.Lock()
        self._rules = []
        self._requests = []
        self._server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), self._handler())
        self._server.daemon_threads = True
        self.url = f"http://127.0.0.1:{self._server.server_port}"
        threading.Thread(target=self._server.serve_forever, args=(0.05,), daemon=True).start()

    def add(self, operation, fault, skip=0, times=1):
        """Of the requests of one kind ("PutObject", "UploadPart", …) that come from now on, the
        first `skip` pass and the next `times` meet `fault`."""
        with self._lock:
            self._rules.append([operation, fault, skip, times])

    def clear(self):
        """All requests pass again, and none is counted."""
        with self._lock:
            self._rules.clear()
            self._requests.clear()

    def pending(self):
        """How many faults no request has met yet: 0 where a test did what it meant to."""
        with self._lock:
            return sum(times for *_, times in self._rules)

    def counts(self):
        """How many requests of each kind came since the beginning, those that failed too."""
        with self._lock:
            return collections.Counter(operation for operation, _ in self._requests)

    def requests(self):
        """All requests in their order: (operation, path with query)."""
        with self._lock:
            return list(self._requests)

    def stop(self):
        self._server.shutdown()
        self._server.server_close()

    def _fault_for(self, operation, target):
        with self._lock:
            self._requests.append((operation, target))
            met = None
            for rule in self._rules:
                if rule[0] != operation:
                    continue
                if rule[2]:
                    rule[2] -= 1
                elif met is None and rule[3]:
                    rule[3] -= 1
                    met = rule[1]
            return met

    def _handler(proxy):  # pylint: disable=no-self-argument
        class Handler(http.server.BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"
            disable_nagle_algorithm = True

            def do_GET(self):
                operation = operation_of(self.command, self.path, self.headers)
                fault = proxy._fault_for(operation, self.path)
                if isinstance(fault, Delay):
                    time.sleep(fault.seconds)
                    fault = None
                if isinstance(fault, Answer):
                    collections.deque(self._body(), maxlen=0)
                    self._refuse(fault)
                else:
                    self._forward(fault)

            do_HEAD = do_PUT = do_POST = do_DELETE = do_GET

            def log_message(self, *_):
                pass

            def _body(self):
                """The request's body in the pieces to pass on, as they came."""
                if "chunked" in self.headers.get("Transfer-Encoding", ""):
                    while True:
                        line = self.rfile.readline()
                        size = int(line.split(b";")[0], 16)
                        yield line + self.rfile.read(size) + self.rfile.readline()
                        if size == 0:
                            return
                left = int(self.headers.get("Content-Length", 0))
                while left:
                    piece = self.rfile.read(min(left, _CHUNK))
                    if not piece:
                        raise ConnectionError("the client is gone")
                    left -= len(piece)
                    yield piece

            def _refuse(self, answer):
                body = (f'<?xml version="1.0" encoding="UTF-8"?>\n<Error><Code>{answer.code}</Code>'
                        f"<Message>Injected.</Message><RequestId>1</RequestId></Error>").encode()
                self.send_response(answer.status)
                self.send_header("Content-Type", "application/xml")
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                if self.command != "HEAD":
                    self.wfile.write(body)

            def _forward(self, fault):
                server = http.client.HTTPConnection(proxy._backend.netloc, timeout=60)
                try:
                    self._send(server, fault)
                    self._answer(server.getresponse(), fault)
                except (OSError, http.client.HTTPException):
                    self._break()  # One side is gone, so the other one is sent away too.
                finally:
                    server.close()

            def _send(self, server, fault):
                # With its headers as they are: they are signed.
                server.putrequest(self.command, self.path, skip_host=True,
                                  skip_accept_encoding=True)
                for name, value in self.headers.items():
                    server.putheader(name, value)
                server.endheaders()
                left = fault.after_bytes if isinstance(fault, CutRequest) else None
                if left == 0:
                    raise ConnectionError("cut")
                for piece in self._body():
                    server.send(piece if left is None else piece[:left])
                    if left is not None:
                        left -= len(piece)
                        if left <= 0:
                            raise ConnectionError("cut")
                if left is not None:
                    raise ConnectionError("cut")

            def _answer(self, answer, fault):
                if isinstance(fault, LoseAnswer):
                    answer.read()
                    raise ConnectionError("cut")
                self.send_response_only(answer.status)
                chunked = answer.getheader("Content-Length") is None and self.command != "HEAD" \
                    and answer.status not in (204, 304)
                for name, value in answer.getheaders():
                    if name.lower() not in ("connection", "transfer-encoding"):
                        self.send_header(name, value)
                if chunked:
                    self.send_header("Transfer-Encoding", "chunked")
                self.end_headers()
                left = fault.after_bytes if isinstance(fault, CutAnswer) else None
                while left != 0:
                    piece = answer.read(_CHUNK if left is None else min(_CHUNK, left))
                    if not piece:
                        break
                    self.wfile.write(b"%x\r\n%s\r\n" % (len(piece), piece) if chunked else piece)
                    if left is not None:
                        left -= len(piece)
                if left is not None:
                    raise ConnectionError("cut")
                if chunked:
                    self.wfile.write(b"0\r\n\r\n")

            def _break(self):
                """Ends the connection as a network does, with a reset."""
                self.close_connection = True
                self.wfile.flush()
                # Linger 0; shutdown() of the server's own would still be a polite end.
                self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER,
                                           struct.pack("ii", 1, 0))
                self.connection.close()

        return Handler
