"""docs/tutorial-command-line.md, taken at its word: its commands, in their order, in one shell."""

import re
import subprocess

from harness.processes import BUILD, ROOT, clean_environment, free_port

PAGE = ROOT / "docs" / "tutorial-command-line.md"


def commands():
    """The page's commands on free ports: what else listens on this machine is left alone."""
    text = "\n".join(re.findall(r"^```bash\n(.*?)^```$", PAGE.read_text(), re.DOTALL | re.MULTILINE))
    tidb, salesforce, service = (str(free_port()) for _ in range(3))
    text = text.replace("sandbox tidb --data", f"sandbox tidb --port {tidb} --data")
    text = text.replace("sandbox salesforce >", f"sandbox salesforce --listen 127.0.0.1:{salesforce} >")
    text = text.replace("sluice serve >", f"sluice serve --listen 127.0.0.1:{service} >")
    for default, free in (("4000", tidb), ("7576", salesforce), ("7575", service)):
        text = re.sub(rf"\b{default}\b", free, text)
    return text


def test_every_command_of_the_page_works(folder):
    checkout = folder / "checkout"
    checkout.mkdir()
    (checkout / "build").symlink_to(BUILD)
    (checkout / ".venv").symlink_to(ROOT / ".venv")
    # Job control, as in the reader's shell: kill %1 means the first of them.
    script = "set -m\nset -e -o pipefail\ntrap 'kill $(jobs -p) 2>/dev/null' ERR\n" + commands()
    done = subprocess.run(["bash", "-c", script], cwd=checkout, env=clean_environment(AWS_PAGER=""),
                          stdin=subprocess.DEVNULL, capture_output=True, text=True, timeout=300)
    (folder / "tutorial.log").write_text(done.stdout + done.stderr)
    assert done.returncode == 0, (done.stdout + done.stderr)[-4000:]

    printed = done.stdout
    assert '"recordsProcessed": 13' in printed
    assert '"executionStatus": "Successful"' in printed
    table = [line for line in printed.splitlines() if line.startswith("| 001Do00000")]
    assert len(table) == 13
    assert any("| Edge Communications " in line and "| Hot " in line for line in table)
    assert "Billing State/Province\tBillingState" in printed
    assert "WriteData" in printed, "the connector's log lines are missing"
