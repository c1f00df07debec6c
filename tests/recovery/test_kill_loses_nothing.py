"""kill -9 at any moment: what was acknowledged is there afterwards, and nothing is half-made."""

import io
import json
import os
import pathlib
import random
import threading
import zipfile

import pytest
from botocore.exceptions import BotoCoreError

from harness import tutorial
from harness.processes import wait_until

ROUNDS, WRITERS = 8, 3
MISSING = None  # The value of a secret that is not there.


class Writer(threading.Thread):
    """Changes one thing after the other until the service is gone, and keeps account of it."""

    def __init__(self, name, acknowledge):
        super().__init__(name=name)
        self.known = {}        # What was acknowledged: the value of each thing.
        self.under_way = None  # The thing, and the value that it has if its change arrived.
        self.failure = None
        self._acknowledge = acknowledge

    def run(self):
        try:
            for number in range(100_000):
                for thing, value, change in self.changes(f"{self.name}-{number}"):
                    self.under_way = thing, value
                    change()
                    self.known[thing], self.under_way = value, None
                    self._acknowledge()
        except BotoCoreError as failure:  # No answer; an error that was answered is not caught.
            self.failure = failure

    def may_be(self, thing):
        """The values that a thing may have now."""
        values = [self.known.get(thing, MISSING)]
        return values + [self.under_way[1]] if self.under_way and self.under_way[0] == thing \
            else values

    def things(self):
        return {*self.known} | ({self.under_way[0]} if self.under_way else set())


class SecretWriter(Writer):
    def __init__(self, service, *arguments):
        super().__init__(*arguments)
        self._secrets = service.client("secretsmanager")

    def changes(self, name):
        first, second = f"{name} é first " * 20, f"{name} second"
        yield name, first, lambda: self._secrets.create_secret(Name=name, SecretString=first)
        yield name, second, lambda: self._secrets.put_secret_value(
            SecretId=name, SecretString=second)
        if name.endswith("3"):
            yield name, MISSING, lambda: self._secrets.delete_secret(
                SecretId=name, ForceDeleteWithoutRecovery=True)


class FunctionWriter(Writer):
    def __init__(self, service, *arguments):
        super().__init__(*arguments)
        self._functions = service.client("lambda")

    def changes(self, name):
        yield name, name, lambda: self._functions.create_function(
            FunctionName=name, Runtime="python3.11", Role=tutorial.ROLE, Handler="handler.main",
            Code={"ZipFile": says_its_name(name)}, Timeout=20)
        if name.endswith("3"):
            yield name, MISSING, lambda: self._functions.delete_function(FunctionName=name)


def says_its_name(name):
    code = io.BytesIO()
    with zipfile.ZipFile(code, "w") as archive:
        for number in range(20):
            archive.writestr(f"ballast/{number}.txt", name * 1000)
        archive.writestr("handler.py", "import os\ndef main(event, context):\n"
                                       f"    return {{'name': '{name}', 'pid': os.getpid()}}\n")
    return code.getvalue()


def kill_among_changes(service, writers, acknowledgements, pause):
    """Kills the service at so many acknowledgements and a moment later."""
    enough = threading.Event()
    count = iter(range(1, 100_000))
    lock = threading.Lock()

    def acknowledge():
        with lock:
            if next(count) >= acknowledgements:
                enough.set()

    writers = [kind(service, name, acknowledge) for name, kind in writers.items()]
    for writer in writers:
        writer.start()
    assert enough.wait(30), [writer.failure for writer in writers]
    threading.Event().wait(pause)
    assert all(writer.is_alive() for writer in writers), [writer.failure for writer in writers]
    service.kill()
    for writer in writers:
        writer.join(30)
        assert writer.failure, f"{writer.name} ended without having lost its service"
    return writers


def all_secrets(service):
    """The name and value of each, found page by page."""
    secrets = service.client("secretsmanager")
    names, token = [], {}
    while True:
        page = secrets.list_secrets(MaxResults=50, **token)
        names += [secret["Name"] for secret in page["SecretList"]]
        if "NextToken" not in page:
            break
        token = {"NextToken": page["NextToken"]}
    assert len(names) == len(set(names)), "a secret is listed twice"
    return {name: secrets.get_secret_value(SecretId=name)["SecretString"] for name in names}


def all_functions(service):
    pages = service.client("lambda").get_paginator("list_functions").paginate()
    return {function["FunctionName"]: function["FunctionName"]
            for page in pages for function in page["Functions"]}


def invoke(service, name):
    answer = service.client("lambda").invoke(FunctionName=name)
    assert "FunctionError" not in answer, answer["Payload"].read()
    return json.load(answer["Payload"])


def number_of(name):
    return int(name.rsplit("-", 1)[1])


def runs(pid):
    try:
        state = pathlib.Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()[0]
    except FileNotFoundError:
        return False
    return state != "Z"


def check(found, writers):
    """What is there is what the writers know of, and what was under way is there or not."""
    for writer in writers:
        for thing in writer.things():
            assert found.get(thing, MISSING) in writer.may_be(thing), thing
    known = set().union(*(writer.things() for writer in writers))
    assert set(found) <= known, set(found) - known
    # From here on it is known what became of the last change.
    for writer in writers:
        if writer.under_way:
            thing = writer.under_way[0]
            writer.known[thing], writer.under_way = found.get(thing, MISSING), None


@pytest.mark.parametrize("seed", [int(os.environ.get("SLUICE_TEST_SEED", 20240229))])
def test_what_was_acknowledged_survives(service, seed):
    print(f"SLUICE_TEST_SEED={seed}")
    moments = random.Random(seed)
    kinds = {"secret-a": SecretWriter, "secret-b": SecretWriter, "function": FunctionWriter}
    everyone, caught_under_way = [], 0
    for number in range(ROUNDS):
        everyone += kill_among_changes(
            service, {f"{name}-{number}": kind for name, kind in kinds.items()},
            acknowledgements=moments.randint(1, 80), pause=moments.uniform(0, 0.01))
        caught_under_way += sum(writer.under_way is not None for writer in everyone[-3:])
        service.start()

        check(all_secrets(service), [one for one in everyone if isinstance(one, SecretWriter)])
        functions = all_functions(service)
        function_writers = [one for one in everyone if isinstance(one, FunctionWriter)]
        check(functions, function_writers)
        on_disk = service.folder / "data" / "functions" / "functions"
        assert {path.name for path in on_disk.iterdir()} == set(functions)
        # The last ones: created just before the kill, or while it came.
        newest = sorted(function_writers[-1].things() & set(functions), key=number_of)
        for name in newest[-2:]:
            assert invoke(service, name)["name"] == name
    assert caught_under_way >= ROUNDS, "the kills hit no change in the middle"


def test_a_killed_services_functions_end_at_the_next_start(service):
    service.client("lambda").create_function(
        FunctionName="left-behind", Runtime="python3.11", Role=tutorial.ROLE,
        Handler="handler.main", Code={"ZipFile": says_its_name("left-behind")}, Timeout=20)
    pid = invoke(service, "left-behind")["pid"]
    assert runs(pid)
    service.kill()
    service.start()
    wait_until(lambda: not runs(pid), 10, "the function's process to end")
    assert invoke(service, "left-behind")["pid"] != pid
