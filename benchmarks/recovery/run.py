"""Is anything lost, or there twice, when processes are killed in mid-run?

The long form of tests/recovery/test_kills_of_runs.py: SIGKILL at random moments to the service, a
connector's function, TiDB and S3, while flows move rows between them; after each run the destination
must equal the source. Ends at the first row that is lost or there twice.

    make bench NAME=recovery
"""

import argparse
import json
import pathlib
import sys
import tempfile
import time

ROOT = pathlib.Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "tests"))

from harness import certificates  # noqa: E402
from harness.kills import Campaign  # noqa: E402
from harness.processes import BUILD  # noqa: E402
from harness.s3 import S3  # noqa: E402
from harness.service import Service  # noqa: E402
from harness.tidb import TiDB  # noqa: E402

KEY, USER, PASSWORD = ("AKIAROOTKEYOFBENCH00", "root-secret-access-key"), "sluice", "password"


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--kills", type=int, default=200)
    parser.add_argument("--rows", type=int, default=60_000)
    parser.add_argument("--seed", type=int, default=int(time.time()))
    arguments = parser.parse_args()
    print(f"At least {arguments.kills} kills, {arguments.rows} rows a run,"
          f" --seed {arguments.seed}", flush=True)
    with tempfile.TemporaryDirectory(prefix="sluice-recovery-") as folder:
        folder = pathlib.Path(folder)
        tidb = TiDB(folder / "tidb", certificates.Authority(folder / "ca"))
        s3 = S3(folder / "s3", KEY)
        service = Service(folder, KEY, "--python", sys.executable, "--s3", s3.url, environment={
            "AWS_ACCESS_KEY_ID": KEY[0], "AWS_SECRET_ACCESS_KEY": KEY[1]})
        try:
            campaign = Campaign(service, tidb, s3, (USER, PASSWORD), arguments.rows, arguments.seed)
            begin = time.monotonic()
            campaign.run(arguments.kills)
            figures = {"kills": campaign.kills.total(), "runs": campaign.runs,
                       "rows_lost": 0, "rows_twice": 0}
            (BUILD / "benchmarks").mkdir(exist_ok=True)
            (BUILD / "benchmarks" / "recovery.json").write_text(json.dumps(figures) + "\n")
            print(f"{campaign.runs} runs with {campaign.kills.total()} kills in"
                  f" {time.monotonic() - begin:.0f} s: no row lost, none twice")
            for name, count in campaign.kills.most_common():
                print(f"  {name:10} {count}")
        finally:
            for part in (service, s3, tidb):
                part.kill()


if __name__ == "__main__":
    main()
