"""The S3 server of the tests, and the proxy that fails for them, do what tests count on."""

import os
import time

import botocore.exceptions
import pytest

from harness.s3_faults import INTERNAL_ERROR, SLOW_DOWN, CutAnswer, CutRequest, Delay, LoseAnswer

GONE = (botocore.exceptions.ConnectionError, botocore.exceptions.HTTPClientError)


@pytest.fixture
def client(s3, s3_faults):
    return s3.client(s3_faults.url)


def code_of(error):
    return (error.value.response["ResponseMetadata"]["HTTPStatusCode"],
            error.value.response["Error"]["Code"])


def test_what_is_put_is_listed_and_gotten_back(s3, bucket):
    s3.put(bucket, "b/é.csv", "a,b\n1,é\n")
    s3.put(bucket, "a", b"\0" * (12 << 20))
    assert s3.keys(bucket) == ["a", "b/é.csv"]
    assert s3.objects(bucket, "b/") == {"b/é.csv": "a,b\n1,é\n".encode()}
    assert len(s3.get(bucket, "a")) == 12 << 20
    s3.delete(bucket, "b/")
    assert s3.keys(bucket) == ["a"]


def test_an_upload_is_unfinished_until_it_is_completed_or_aborted(s3, bucket):
    client = s3.client()
    first, second = (client.create_multipart_upload(Bucket=bucket, Key=f"k{i}")["UploadId"]
                     for i in range(2))
    part = client.upload_part(Bucket=bucket, Key="k0", UploadId=first, PartNumber=1, Body=b"x")
    assert s3.unfinished_uploads(bucket) == ["k0", "k1"]
    client.abort_multipart_upload(Bucket=bucket, Key="k1", UploadId=second)
    assert s3.unfinished_uploads(bucket) == ["k0"] and s3.keys(bucket) == []
    client.complete_multipart_upload(
        Bucket=bucket, Key="k0", UploadId=first,
        MultipartUpload={"Parts": [{"PartNumber": 1, "ETag": part["ETag"]}]})
    assert s3.unfinished_uploads(bucket) == [] and s3.get(bucket, "k0") == b"x"


def test_what_was_put_survives_a_kill(s3, bucket):
    s3.put(bucket, "kept", "x")
    s3.kill()
    s3.start()
    assert s3.get(bucket, "kept") == b"x"


def test_the_proxy_passes_everything_on_and_counts(s3, bucket, s3_faults, client):
    body = os.urandom(3 << 20)
    client.put_object(Bucket=bucket, Key="k", Body=body)
    assert client.get_object(Bucket=bucket, Key="k", Range="bytes=1-4")["Body"].read() == body[1:5]
    assert client.get_object(Bucket=bucket, Key="k")["Body"].read() == body
    assert client.head_object(Bucket=bucket, Key="k")["ContentLength"] == len(body)
    upload = client.create_multipart_upload(Bucket=bucket, Key="m")["UploadId"]
    client.upload_part(Bucket=bucket, Key="m", UploadId=upload, PartNumber=1, Body=b"x")
    client.abort_multipart_upload(Bucket=bucket, Key="m", UploadId=upload)
    client.list_objects_v2(Bucket=bucket)
    client.list_multipart_uploads(Bucket=bucket)
    client.copy_object(Bucket=bucket, Key="c", CopySource={"Bucket": bucket, "Key": "k"})
    client.delete_object(Bucket=bucket, Key="k")
    assert s3.get(bucket, "c") == body
    assert s3_faults.counts() == {
        "PutObject": 1, "GetObject": 2, "HeadObject": 1, "CreateMultipartUpload": 1,
        "UploadPart": 1, "AbortMultipartUpload": 1, "ListObjects": 1, "ListMultipartUploads": 1,
        "CopyObject": 1, "DeleteObject": 1}


def test_the_nth_request_of_a_kind_is_refused(s3, bucket, s3_faults, client):
    s3_faults.add("PutObject", SLOW_DOWN, skip=1, times=2)
    s3_faults.add("GetObject", INTERNAL_ERROR)
    client.put_object(Bucket=bucket, Key="0", Body=b"x")
    for key in "12":
        with pytest.raises(botocore.exceptions.ClientError) as refused:
            client.put_object(Bucket=bucket, Key=key, Body=b"x" * (1 << 20))
        assert code_of(refused) == (503, "SlowDown")
    client.put_object(Bucket=bucket, Key="3", Body=b"x")
    with pytest.raises(botocore.exceptions.ClientError) as refused:
        client.get_object(Bucket=bucket, Key="0")
    assert code_of(refused) == (500, "InternalError")
    assert client.get_object(Bucket=bucket, Key="0")["Body"].read() == b"x"
    assert s3.keys(bucket) == ["0", "3"]


def test_an_upload_that_is_cut_leaves_nothing(s3, bucket, s3_faults, client):
    s3_faults.add("PutObject", CutRequest(after_bytes=1 << 20))
    with pytest.raises(GONE):
        client.put_object(Bucket=bucket, Key="k", Body=b"x" * (4 << 20))
    assert s3.keys(bucket) == []
    client.put_object(Bucket=bucket, Key="k", Body=b"x")
    assert s3.keys(bucket) == ["k"]


def test_a_download_that_is_cut_is_short(s3, bucket, s3_faults, client):
    s3.put(bucket, "k", b"x" * (4 << 20))
    s3_faults.add("GetObject", CutAnswer(after_bytes=1 << 20))
    body = client.get_object(Bucket=bucket, Key="k")["Body"]
    with pytest.raises(botocore.exceptions.BotoCoreError):
        body.read()
    assert len(client.get_object(Bucket=bucket, Key="k")["Body"].read()) == 4 << 20


def test_an_answer_that_is_lost_was_carried_out(s3, bucket, s3_faults, client):
    s3_faults.add("PutObject", LoseAnswer())
    with pytest.raises(GONE):
        client.put_object(Bucket=bucket, Key="k", Body=b"x")
    assert s3.keys(bucket) == ["k"]


def test_a_delayed_request_is_answered_late(bucket, s3_faults, client):
    s3_faults.add("ListObjects", Delay(0.3))
    begun = time.monotonic()
    client.list_objects_v2(Bucket=bucket)
    assert time.monotonic() - begun >= 0.3
