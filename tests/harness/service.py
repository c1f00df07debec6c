"""sluice serve and sluice sandbox, as a user starts them, and clients that know only AWS."""

import os
import pathlib

import boto3
import botocore.config
import requests

from harness.processes import SLUICE, Process, clean_environment

REGION = "us-east-1"
ACCOUNT = "000000000000"


class Service:
    def __init__(self, folder, key, *options, environment=None):
        """`environment`: variables that the service has besides, such as its credentials for S3."""
        self.folder = pathlib.Path(folder)
        self.key = key
        self._options = options
        self._environment = environment or {}
        self._port = 0
        self.start()

    def start(self):
        self.process = Process(
            [SLUICE, "serve", "--listen", f"127.0.0.1:{self._port}", "--data", self.folder / "data",
             *self._options],
            self.folder / "serve.log",
            env=clean_environment(SLUICE_ACCESS_KEY_ID=self.key[0],
                                  SLUICE_SECRET_ACCESS_KEY=self.key[1], **self._environment))
        self.url = self.process.wait_for_line(r"AWS_ENDPOINT_URL=(\S+)")[1]
        self._port = int(self.url.rsplit(":", 1)[1])  # The same again after a restart.

    def client(self, name, key=None):
        """boto3, unmodified."""
        access_key, secret = key or self.key
        return boto3.client(
            name, endpoint_url=self.url, region_name=REGION, aws_access_key_id=access_key,
            aws_secret_access_key=secret,
            config=botocore.config.Config(retries={"total_max_attempts": 1}, read_timeout=90))

    def environment(self):
        """What a user of the aws command line exports."""
        return clean_environment(
            AWS_ENDPOINT_URL=self.url, AWS_REGION=REGION, AWS_DEFAULT_REGION=REGION,
            AWS_ACCESS_KEY_ID=self.key[0], AWS_SECRET_ACCESS_KEY=self.key[1], AWS_PAGER="",
            AWS_EC2_METADATA_DISABLED="true")

    def functions(self):
        """The ids of its functions' processes: those whose program is below its data folder."""
        found = []
        for folder in pathlib.Path("/proc").glob("[0-9]*"):
            try:
                command = (folder / "cmdline").read_bytes().split(b"\0")[0].decode()
            except (FileNotFoundError, ProcessLookupError):
                continue  # It ended meanwhile.
            if command.startswith(str(self.folder / "data")):
                found.append(int(folder.name))
        return found

    def processes(self):
        """The ids of its own process and of its functions'."""
        return [self.process.pid, *self.functions()]

    def kill(self):
        self.process.kill()

    def stop(self):
        return self.process.stop()


class Sandbox:
    """The Salesforce sandbox."""

    def __init__(self, folder, *options, scheme="http"):
        self.process = Process([SLUICE, "sandbox", "salesforce", "--listen", "127.0.0.1:0", *options],
                               pathlib.Path(folder) / "sandbox.log")
        self.url = self.process.wait_for_line(rf"({scheme}://127\.0\.0\.1:\d+)")[1]

    def fail(self, status, count=1, path_prefix="/services/data", **more):
        """The next `count` requests below `path_prefix` are answered with `status`."""
        answer = requests.post(f"{self.url}/sandbox/faults", timeout=10, json={
            "status": status, "count": count, "path_prefix": path_prefix, **more})
        answer.raise_for_status()

    def requests(self):
        return requests.get(f"{self.url}/sandbox/requests", timeout=10).json()

    def stop(self):
        return self.process.stop()
