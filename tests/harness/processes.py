"""Processes of the test run: started on free ports, watched, and stopped by their own ids."""

import contextlib
import os
import pathlib
import re
import signal
import socket
import subprocess
import time

ROOT = pathlib.Path(__file__).resolve().parents[2]
BUILD = pathlib.Path(os.environ.get("SLUICE_BUILD", ROOT / "build"))
SLUICE = BUILD / "bin" / "sluice"

# Variables of the caller's shell that would decide a test: whom clients trust, where they send.
_DECIDING = re.compile(r".*(_CA_BUNDLE|_CA_CERTS.*|_CERT_FILE|_CERT_DIR)$|AWS_.*|SLUICE_A.*|SLUICE_S.*|.*_proxy",
                       re.IGNORECASE)


def clean_environment(**extra):
    kept = {name: value for name, value in os.environ.items() if not _DECIDING.match(name)}
    return kept | {name: str(value) for name, value in extra.items()}


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def wait_until(condition, seconds, what, every=0.02):
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        found = condition()
        if found:
            return found
        time.sleep(every)
    raise AssertionError(f"waited {seconds} s in vain for {what}")


def send_signal(pid, number):
    """Nothing happens where the process has ended meanwhile."""
    with contextlib.suppress(ProcessLookupError):
        os.kill(pid, number)


class Process:
    """A child process whose output goes to a file, in a process group of its own."""

    def __init__(self, command, log, env=None, cwd=None):
        self.log = pathlib.Path(log)
        self.log.parent.mkdir(parents=True, exist_ok=True)
        self._output = open(self.log, "ab")
        self._begin = self._output.tell()
        self.child = subprocess.Popen(
            [str(word) for word in command], stdin=subprocess.DEVNULL, stdout=self._output,
            stderr=subprocess.STDOUT, env=env or clean_environment(), cwd=cwd,
            start_new_session=True)

    @property
    def pid(self):
        return self.child.pid

    def output(self):
        with open(self.log, "rb") as log:
            log.seek(self._begin)
            return log.read().decode(errors="replace")

    def wait_for_line(self, pattern, seconds=20):
        """The match of `pattern` in what the process printed."""
        def look():
            if self.child.poll() is not None:
                raise AssertionError(f"{self.child.args} ended with {self.child.returncode}:\n"
                                     + self.output()[-2000:])
            return re.search(pattern, self.output())
        return wait_until(look, seconds, f"{pattern!r} in {self.log}")

    def running(self):
        return self.child.poll() is None

    def kill(self):
        """SIGKILL: no chance to tidy up."""
        if self.running():
            os.killpg(self.pid, signal.SIGKILL)
        self.child.wait(10)
        self._output.close()

    def stop(self, seconds=20):
        """SIGTERM, and the exit status."""
        if self.running():
            self.child.send_signal(signal.SIGTERM)
        try:
            return self.child.wait(seconds)
        except subprocess.TimeoutExpired:
            self.kill()
            raise AssertionError(f"{self.child.args} did not stop within {seconds} s")
        finally:
            self._output.close()
