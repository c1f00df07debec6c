"""What is not a proper request gets AWS's own error, and changes nothing."""

import datetime
import json

import botocore.exceptions
import pytest
import requests
from botocore.auth import SigV4Auth
from botocore.awsrequest import AWSRequest
from botocore.credentials import Credentials

from harness.service import REGION

LIST = {"method": "POST", "path": "/list-flows", "body": b"{}"}


def send(service, path="/list-flows", body=b"{}", key=None, method="POST", change=None,
         service_name="appflow", headers=None):
    """One signed request; `change` may alter it after it was signed."""
    request = AWSRequest(method, service.url + path, data=body,
                         headers={"Content-Type": "application/json"} | (headers or {}))
    SigV4Auth(Credentials(*(key or service.key)), service_name, REGION).add_auth(request)
    prepared = request.prepare()
    if change:
        change(prepared)
    with requests.Session() as session:
        session.trust_env = False
        return session.send(requests.Request(
            prepared.method, prepared.url, headers=dict(prepared.headers),
            data=prepared.body).prepare(), timeout=60)


def error(answer):
    return answer.status_code, answer.headers.get("x-amzn-ErrorType", "").split(":")[0]


def test_a_signed_request_is_answered_with_a_request_id(service):
    answer = send(service)
    assert answer.status_code == 200 and answer.json() == {"flows": []}
    assert answer.headers["x-amzn-RequestId"]


def test_an_unsigned_request_is_refused(service):
    answer = requests.post(service.url + "/list-flows", data="{}", timeout=10)
    assert error(answer) == (403, "MissingAuthenticationTokenException")
    assert answer.json()["message"]


def test_a_wrong_secret_is_refused(service):
    assert error(send(service, key=(service.key[0], "wrong"))) == (403, "InvalidSignatureException")


def test_an_unknown_key_is_refused(service):
    assert error(send(service, key=("AKIANOBODY", "wrong"))) == (
        403, "UnrecognizedClientException")


def test_a_body_changed_after_signing_is_refused(service):
    def tamper(request):
        request.body = b'{"maxResults":5}'
        request.headers["Content-Length"] = str(len(request.body))
    assert error(send(service, change=tamper)) == (403, "InvalidSignatureException")


def test_an_old_signature_is_refused(service, monkeypatch):
    def sign_at(minutes):
        import botocore.auth
        then = datetime.datetime.now(datetime.timezone.utc) + datetime.timedelta(minutes=minutes)
        monkeypatch.setattr(botocore.auth, "get_current_datetime", lambda *a, **k: then)
        return send(service)
    assert sign_at(-4).status_code == 200
    assert error(sign_at(-6)) == (403, "InvalidSignatureException")
    assert error(sign_at(6)) == (403, "InvalidSignatureException")


@pytest.mark.parametrize("body", [b"{", b"nonsense", b"[]", b'{"flowName":', b"\xff\xfe", b'"x"'])
def test_malformed_json_is_a_clear_error(service, body):
    answer = send(service, "/describe-flow", body)
    assert error(answer)[0] == 400
    assert error(answer)[1] in ("SerializationException", "ValidationException")
    assert answer.json()["message"]


def test_a_member_of_the_wrong_kind_is_named(service):
    answer = send(service, "/describe-flow", json.dumps({"flowName": 7}).encode())
    assert answer.status_code == 400 and "flowName" in answer.json()["message"]


def test_a_body_of_100_megabytes_is_refused_and_the_service_lives(service):
    answer = send(service, "/create-flow", b"x" * 100_000_000)
    assert answer.status_code == 413
    assert answer.json()["message"]
    assert send(service).status_code == 200


def test_an_unknown_operation_is_named(service):
    answer = send(service, "/make-coffee")
    assert answer.status_code in (400, 404) and answer.json()["message"]


def test_a_service_that_is_not_here_says_which_are(service):
    with pytest.raises(botocore.exceptions.ClientError, match="appflow"):
        service.client("sts").get_caller_identity()


@pytest.mark.parametrize("name, arguments", [
    ("stop_flow", {"flowName": "nobody"}),
    ("reset_connector_metadata_cache", {}),
])
def test_what_is_not_built_yet_says_so(appflow, name, arguments):
    with pytest.raises(appflow.exceptions.UnsupportedOperationException) as refused:
        getattr(appflow, name)(**arguments)
    assert refused.value.response["Error"]["Message"]


@pytest.mark.parametrize("change, sentence", [
    ({"flowName": "with space"}, "flowName"),
    ({"flowName": "x" * 257}, "less than or equal to 256"),
    ({"description": "\"quotes\""}, "description"),
    ({"triggerConfig": {"triggerType": "Nope"}}, "triggerType"),
])
def test_constraints_of_the_model_are_enforced(appflow, change, sentence):
    from harness import tutorial
    with pytest.raises(appflow.exceptions.ValidationException, match=sentence):
        appflow.create_flow(**(tutorial.flow() | change))
    assert appflow.list_flows()["flows"] == []
