"""Connector functions that crash, hang or print garbage: a clear connector error, never a hang."""

import json
import re
import time

import pytest
from botocore.exceptions import ClientError

from harness import tutorial
from harness.code_zip import make_zip

LOOP = """
import json, os, sys, time, urllib.request
api = "http://" + os.environ["AWS_LAMBDA_RUNTIME_API"] + "/2018-06-01/runtime/"
def next_invocation():
    answer = urllib.request.urlopen(api + "invocation/next")
    return answer.headers["Lambda-Runtime-Aws-Request-Id"], json.load(answer)
def respond(request, body):
    urllib.request.urlopen(api + "invocation/" + request + "/response", data=body)
"""

FAULTS = {
    "crashes-at-start": ("sys.exit('cannot start: no licence')", "no licence"),
    "crashes": ("next_invocation(); print('about to fall', flush=True); os.abort()", "about to fall"),
    "throws": ("r, _ = next_invocation(); urllib.request.urlopen(api + 'invocation/' + r + '/error', "
               "data=b'{\"errorType\": \"KeyError\", \"errorMessage\": \"entities\"}'); "
               "time.sleep(60)", "KeyError: entities"),
    "hangs": ("next_invocation(); time.sleep(3600)",
              "own time limit: Task timed out after 3.00 seconds.*update-function-configuration"),
    "hangs-with-children": ("import subprocess; next_invocation(); "
                            "subprocess.Popen(['sleep', '3600']); time.sleep(3600)", "timed out"),
    "prints-garbage": ("r, _ = next_invocation(); respond(r, b'<html>'); time.sleep(60)", "JSON"),
    "answers-another-protocol": ("r, _ = next_invocation(); respond(r, b'{}'); time.sleep(60)",
                                 "'isSuccess' is missing. It should look like {\"isSuccess\":true,"),
    "answers-nothing": ("r, _ = next_invocation(); respond(r, b''); time.sleep(60)", "is empty"),
    "answers-half": ("r, _ = next_invocation(); respond(r, b'{\"isSuccess\": true, "
                     "\"connectorOwner\": \"o\", \"connectorName\": \"n\", "
                     "\"connectorVersion\": 1}'); time.sleep(60)",
                     "'connectorVersion' is not a string. It should look like"),
    "fails-without-a-word": ("r, _ = next_invocation(); respond(r, b'{\"isSuccess\": false}'); "
                             "time.sleep(60)", "without a message why.*errorMessage"),
    "answers-too-much": ("r, _ = next_invocation()\n"
                         "try: respond(r, b'\"' + b'x' * 7_000_000 + b'\"')\n"
                         "finally: time.sleep(60)", "6291456 bytes"),
    "eats-memory": ("next_invocation(); hoard = bytearray(600_000_000)\n"
                    "for i in range(0, len(hoard), 4096): hoard[i] = 1\n"
                    "time.sleep(60)", "memory"),
}


@pytest.mark.parametrize("name", FAULTS)
def test_it_is_a_clear_error(service, appflow, name):
    body, says = FAULTS[name]
    arn = service.client("lambda").create_function(
        FunctionName=name, Runtime="provided.al2023", Role=tutorial.ROLE, Handler="bootstrap",
        Code={"ZipFile": make_zip({"bootstrap": "#!/usr/bin/env python3\n" + LOOP + body + "\n"})},
        Timeout=3, MemorySize=256)["FunctionArn"]
    began = time.monotonic()
    with pytest.raises(ClientError, match=f"(?is){says}") as refused:
        appflow.register_connector(
            connectorLabel=name, connectorProvisioningType="LAMBDA",
            connectorProvisioningConfig={"lambda": {"lambdaArn": arn}})
    error = refused.value.response["Error"]
    assert error["Code"] == "ConnectorServerException"
    assert "DescribeConnectorConfiguration" in error["Message"]
    assert re.search(rf"function '{name}'.*after \d+ ms; the function's log is /aws/lambda/{name}\)$",
                     error["Message"]), error["Message"]
    assert time.monotonic() - began < 15
    labels = [item["connectorLabel"] for item in appflow.list_connectors()["connectors"]]
    assert labels == ["TiDB"], "only what is built in"


def test_the_limit_may_be_appflows(service, appflow):
    arn = service.client("lambda").create_function(
        FunctionName="patient", Runtime="provided.al2023", Role=tutorial.ROLE, Handler="bootstrap",
        Code={"ZipFile": make_zip({"bootstrap": "#!/usr/bin/env python3\n" + LOOP +
                                   "next_invocation(); time.sleep(3600)\n"})},
        Timeout=60)["FunctionArn"]
    with pytest.raises(ClientError, match="AppFlow waits 10 s for an answer to Describe") as refused:
        appflow.register_connector(
            connectorLabel="patient", connectorProvisioningType="LAMBDA",
            connectorProvisioningConfig={"lambda": {"lambdaArn": arn}})
    assert "own time limit" not in str(refused.value)


def test_a_cold_function_that_is_late_is_asked_once_more(service, appflow, tmp_path):
    body = f"""
import pathlib
was_here = pathlib.Path({str(tmp_path / "was-here")!r})
r, _ = next_invocation()
if not was_here.exists():
    was_here.touch()
    time.sleep(3600)
respond(r, json.dumps({{
    "isSuccess": True, "connectorOwner": "o", "connectorName": "n", "connectorVersion": "1",
    "connectorModes": ["SOURCE"], "supportedApiVersions": ["v1"],
    "authenticationConfig": {{}}}}).encode())
time.sleep(60)
"""
    functions = service.client("lambda")
    arn = functions.create_function(
        FunctionName="cold", Runtime="provided.al2023", Role=tutorial.ROLE, Handler="bootstrap",
        Code={"ZipFile": make_zip({"bootstrap": "#!/usr/bin/env python3\n" + LOOP + body})},
        Timeout=1)["FunctionArn"]
    appflow.register_connector(
        connectorLabel="cold", connectorProvisioningType="LAMBDA",
        connectorProvisioningConfig={"lambda": {"lambdaArn": arn}})
    appflow.unregister_connector(connectorLabel="cold")
    assert functions.update_function_configuration(FunctionName="cold", Timeout=30)["Timeout"] == 30


def test_a_function_that_does_not_exist_is_not_found(appflow):
    with pytest.raises(appflow.exceptions.ResourceNotFoundException, match="nobody"):
        appflow.register_connector(
            connectorLabel="nobody", connectorProvisioningType="LAMBDA",
            connectorProvisioningConfig={"lambda": {
                "lambdaArn": "arn:aws:lambda:us-east-1:000000000000:function:nobody"}})


@pytest.mark.parametrize("files, says", [
    ({"readme.txt": "no bootstrap here"}, "bootstrap"),
    ({"../outside": "x", "bootstrap": "#!/bin/sh\n"}, r"\.\./outside|outside"),
])
def test_a_zip_that_cannot_work_is_refused(service, files, says):
    functions = service.client("lambda")
    with pytest.raises(ClientError, match=says):
        functions.create_function(
            FunctionName="wrong", Runtime="provided.al2023", Role=tutorial.ROLE,
            Handler="bootstrap", Code={"ZipFile": make_zip(files)})
    assert "wrong" not in [f["FunctionName"] for f in functions.list_functions()["Functions"]]


def test_what_it_printed_can_be_read(service):
    events = service.client("logs").filter_log_events(
        logGroupName="/aws/lambda/crashes", filterPattern="fall")["events"]
    assert any("about to fall" in event["message"] for event in events)


def test_the_life_of_a_function(service):
    functions = service.client("lambda")
    code = {"handler.py": "def main(event, context):\n    return {'heard': event, 'v': 1}\n"}
    functions.create_function(
        FunctionName="life", Runtime="python3.11", Role=tutorial.ROLE, Handler="handler.main",
        Code={"ZipFile": make_zip(code)}, Timeout=20, Environment={"Variables": {"GREETING": "hi"}})
    functions.get_waiter("function_active_v2").wait(FunctionName="life")

    def invoke():
        return json.load(functions.invoke(FunctionName="life", Payload=b'{"a": "\xc3\xa9"}')[
            "Payload"])
    assert invoke() == {"heard": {"a": "é"}, "v": 1}
    code["handler.py"] = code["handler.py"].replace("1", "2")
    functions.update_function_code(FunctionName="life", ZipFile=make_zip(code))
    functions.get_waiter("function_updated_v2").wait(FunctionName="life")
    assert invoke()["v"] == 2
    described = functions.get_function(FunctionName="life")["Configuration"]
    assert described["Environment"]["Variables"] == {"GREETING": "hi"}
    with pytest.raises(functions.exceptions.ResourceConflictException):
        functions.create_function(FunctionName="life", Runtime="python3.11", Role=tutorial.ROLE,
                                  Handler="handler.main", Code={"ZipFile": make_zip(code)})
    functions.delete_function(FunctionName="life")
    with pytest.raises(functions.exceptions.ResourceNotFoundException):
        functions.get_function(FunctionName="life")
