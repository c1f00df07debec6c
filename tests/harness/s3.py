"""A real S3 server: versitygw over a folder."""

import os
import pathlib

import boto3
import botocore.config
import requests

from harness.processes import Process, clean_environment, free_port, wait_until

REGION = "us-east-1"


class S3:
    """Buckets are sub-folders of `folder`/buckets. Its one user may do everything."""

    def __init__(self, folder, key):
        self.folder = pathlib.Path(folder)
        self.key = key
        for name in ("buckets", "metadata"):
            (self.folder / name).mkdir(parents=True, exist_ok=True)
        self.port = free_port()
        self.url = f"http://127.0.0.1:{self.port}"
        self.start()

    def start(self):
        # The metadata is in files of its own, as not every file system has extended attributes.
        self.process = Process(
            [os.environ["SLUICE_VERSITYGW"], "--port", f"127.0.0.1:{self.port}", "--quiet",
             "--keep-alive", "--region", REGION, "--health", "/health",
             "posix", "--sidecar", self.folder / "metadata", self.folder / "buckets"],
            self.folder / "versitygw.log",
            env=clean_environment(ROOT_ACCESS_KEY_ID=self.key[0],
                                  ROOT_SECRET_ACCESS_KEY=self.key[1]))
        wait_until(self._answers, 20, "versitygw to answer")

    def _answers(self):
        assert self.process.running(), self.process.output()[-2000:]
        try:
            return requests.get(f"{self.url}/health", timeout=5).ok
        except requests.ConnectionError:
            return False

    def client(self, url=None):
        """boto3, unmodified. `url`: what stands in front of it, if something does."""
        return boto3.client(
            "s3", endpoint_url=url or self.url, region_name=REGION,
            aws_access_key_id=self.key[0], aws_secret_access_key=self.key[1],
            config=botocore.config.Config(retries={"total_max_attempts": 1}, read_timeout=60,
                                          s3={"addressing_style": "path"}))

    def make_bucket(self, name):
        self.client().create_bucket(Bucket=name)
        return name

    def put(self, bucket, key, body):
        """An object: bytes, text, or the content of a file by its path."""
        client = self.client()
        if isinstance(body, pathlib.Path):
            client.upload_file(str(body), bucket, key)
        else:
            client.put_object(Bucket=bucket, Key=key,
                              Body=body.encode() if isinstance(body, str) else body)

    def get(self, bucket, key):
        return self.client().get_object(Bucket=bucket, Key=key)["Body"].read()

    def keys(self, bucket, prefix=""):
        """The names of all objects, in S3's order."""
        pages = self.client().get_paginator("list_objects_v2").paginate(
            Bucket=bucket, Prefix=prefix)
        return [item["Key"] for page in pages for item in page.get("Contents", [])]

    def objects(self, bucket, prefix=""):
        """All objects: name to content."""
        return {key: self.get(bucket, key) for key in self.keys(bucket, prefix)}

    def delete(self, bucket, prefix=""):
        client = self.client()
        for key in self.keys(bucket, prefix):
            client.delete_object(Bucket=bucket, Key=key)

    def unfinished_uploads(self, bucket):
        """The names of objects that a multipart upload was begun for and neither completed nor
        aborted, once for each such upload."""
        pages = self.client().get_paginator("list_multipart_uploads").paginate(Bucket=bucket)
        return [upload["Key"] for page in pages for upload in page.get("Uploads", [])]

    def kill(self):
        """SIGKILL. start() then starts one with the same data on the same port."""
        self.process.kill()

    def stop(self):
        return self.process.stop()
