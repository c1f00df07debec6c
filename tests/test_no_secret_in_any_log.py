"""Runs last: no file that the whole test run leaves behind has one of its secrets in it."""

import base64

from conftest import CANARY
from harness.processes import BUILD

# Where the tests themselves write a secret down: nothing.
FORMS = {form: form.encode() for form in (CANARY,)}
FORMS["base64"] = base64.b64encode(CANARY.encode()).rstrip(b"=")[:-1]


def test_no_file_has_a_secret_in_it(output):
    searched, found = 0, []
    for folder in (output, BUILD / "Testing"):
        for path in folder.rglob("*"):
            if not path.is_file() or path.is_relative_to(output / "tidb" / "data"):
                continue  # TiDB's own data holds its users' rows.
            searched += 1
            content = path.read_bytes()
            found += [f"{path} ({name})" for name, form in FORMS.items() if form in content]
    assert searched > 20, "the run left nothing to search"
    assert not found
