"""Runs last: no file that the whole test run leaves behind has one of its secrets in it."""

import base64

from conftest import CANARY
from harness import tutorial
from harness.processes import BUILD


def forms(secret):
    """The secret as it is, and as it looks inside base64, wherever a group of three bytes begins."""
    yield secret.encode()
    for shift in range(3):
        encoded = base64.b64encode(b"\0" * shift + secret.encode()).decode()
        whole = len(encoded) - 4 if encoded.endswith("=") else len(encoded)
        yield encoded[4 if shift else 0:whole].encode()


def test_no_file_has_a_secret_in_it(output):
    secrets = {CANARY, *tutorial.GIVEN_TOKENS}
    needles = {form for secret in secrets for form in forms(secret)}
    searched, found = 0, []
    for folder in (output, BUILD / "Testing"):
        for path in folder.rglob("*"):
            if not path.is_file() or path.is_relative_to(output / "tidb" / "data"):
                continue  # TiDB's own data holds its users' rows.
            searched += 1
            content = path.read_bytes()
            found += [path for needle in needles if needle in content]
    assert searched > 20, "the run left nothing to search"
    assert not found


def test_the_search_would_find_one(tmp_path):
    for shift in range(3):
        text = base64.b64encode(b"x" * shift + CANARY.encode() + b"yz")
        assert any(form in text for form in forms(CANARY)), shift
