"""How fast is the TiDB connector, against what TiDB and AWS offer instead?

The function runs from its unpacked zip under lambda_driver, which plays Lambda, Secrets Manager and
AppFlow; its peers work on the same TiDB (unistore, TLS) with the same rows of the tutorial's table, in
the same round. A figure is the median, over the rounds, of the ratio within a round. Tables are empty
before each write, what was written is compared, and docs/benchmarking.md says what counts.

    make bench NAME=tidb_connector
"""

import argparse
import datetime
import json
import os
import pathlib
import platform
import shutil
import statistics
import subprocess
import sys
import tempfile
import zipfile

ROOT = pathlib.Path(__file__).resolve().parents[2]
sys.path[:0] = [str(ROOT / "tests"), str(ROOT / "benchmarks")]

from harness import certificates, tutorial  # noqa: E402
from harness.processes import BUILD, Process, clean_environment  # noqa: E402
from harness.tidb import TiDB  # noqa: E402

import figures  # noqa: E402
import tidb_peers as peers  # noqa: E402
from figures import Target  # noqa: E402
from tidb_peers import DATABASE, PASSWORD, USER  # noqa: E402

WRITTEN, READ, COLD = "sf_account", "readable", "cold"  # Tables, all of them the tutorial's.
PARTIAL = ("id", "name", "type", "rating")
ROUND_TRIP_MS = 20

TARGETS = (
    Target("upsert_vs_load_data", "UPSERT, requests of 5,000 / LOAD DATA LOCAL", "≥", 0.8, 1.0),
    Target("upsert_vs_lightning", "the same / Lightning, logical", "≥", 1.6, 2.0),
    Target("insert_vs_load_data", "INSERT, requests of 5,000 / LOAD DATA LOCAL", "≥", 0.6, 1.0),
    Target("upsert_partial_vs_load_data",
           "UPSERT, requests of 1,000, 4 of 6 columns / LOAD DATA LOCAL", "≥", 0.45, 0.6),
    Target("upsert_20ms_vs_0ms", "UPSERT, 20 ms a round trip / without", "≥", 0.5, 0.7),
    Target("query_vs_dumpling", "QueryData, pages of 1,000, warm / Dumpling", "≥", 1.0, 1.8),
    Target("query_keyset_vs_dumpling", "the same, every tenth page in a new process / Dumpling", "≥",
           0.35, 0.5),
    Target("last_page_vs_first", "QueryData, last tenth of the pages / first, times", "≤", 1.2, 1.05),
    Target("cold_describe_vs_python_sdk", "start to first answer / AWS's Python SDK, times", "≤",
           0.05, 0.01),
    Target("cold_write_vs_mariadb_client", "start to first write / mariadb client, times", "≤", 1.3,
           0.8),
    Target("peak_memory_mb", "peak memory, MB", "≤", 32, 16),
    Target("zip_mb", "zip, MB", "≤", 6, 5),
)


class Bench:
    def __init__(self, folder, rows, read_rows):
        self.folder, self.rows, self.read_rows = folder, rows, read_rows
        self.tools = peers.TidbTools(folder)
        self.function = self._unpack()
        self.python_connector = shutil.copytree(ROOT / "tests" / "api" / "python_connector",
                                                folder / "python_connector")
        self.tidb = TiDB(folder / "tidb", certificates.Authority(folder / "ca"))
        self.relay = Process([BUILD / "bin" / "lambda_driver", "relay", "--to", self.tidb.port,
                              "--round-trip-ms", ROUND_TRIP_MS], folder / "relay.log")
        self.secret = self._write_secret("secret.json", self.tidb.port)
        self.far_secret = self._write_secret(
            "far.json", int(self.relay.wait_for_line(r"port (\d+)")[1]))
        self.csv = self._write_csv("rows.csv", rows)
        self._make_tables()

    def stop(self):
        self.relay.kill()
        self.tidb.stop()

    def _unpack(self):
        folder = self.folder / "function"
        with zipfile.ZipFile(tutorial.ZIP) as archive:
            for entry in archive.infolist():
                os.chmod(archive.extract(entry, folder), entry.external_attr >> 16)
        return folder / "bootstrap"

    def _write_secret(self, name, port):
        path = self.folder / name
        path.write_text(json.dumps(
            tutorial.tidb_credentials(self.tidb, DATABASE, USER, PASSWORD, port=str(port))
            | {"authenticationType": "CUSTOM", "customAuthenticationType": "JDBC"}))
        return path

    def _write_csv(self, name, rows):
        path = self.folder / name
        path.write_text(self._driver_output("csv", "--rows", rows))
        return path

    def _make_tables(self):
        tidb = self.tidb
        tidb.make_database(DATABASE, USER, PASSWORD)
        # Analyzing by itself would fall on whoever is measured just then.
        tidb.query("SET GLOBAL tidb_enable_auto_analyze = OFF")
        for table in (WRITTEN, READ, COLD):
            tidb.query(tutorial.SF_ACCOUNT_DDL.replace("sf_account", table), database=DATABASE)
        many = self._write_csv("readable.csv", self.read_rows)
        self._seconds_of(peers.load_data(tidb, many, READ))
        many.unlink()
        tidb.query(f"ANALYZE TABLE {READ}", database=DATABASE)
        self._seconds_of(peers.load_data(tidb, self.csv, WRITTEN))
        self.last_id = tidb.query(f"SELECT MAX(id) FROM {WRITTEN}", database=DATABASE)[0][0]
        self.expected = {columns: self._digest(columns) for columns in (None, PARTIAL)}

    # What was written, but for warm-up rows; with the other columns as they are by default.
    def _digest(self, columns):
        values = [column if columns is None or column in columns else "''"
                  for column in tutorial.MAPPINGS.values()]
        return self.tidb.query(
            f"SELECT COUNT(*), BIT_XOR(CRC32(CONCAT_WS('|', {', '.join(values)}))) FROM {WRITTEN}"
            " WHERE id <= %s", self.last_id, database=DATABASE)[0]

    def _empty(self):
        peers.empty(self.tidb, WRITTEN)

    def _check(self, columns=None):
        found = self._digest(None)
        assert found == self.expected[columns], f"{found}, not {self.expected[columns]}"

    def _driver_output(self, *words, cwd=None):
        with open(self.folder / "function.log", "a", encoding="utf-8") as log:
            ended = subprocess.run([str(word) for word in (BUILD / "bin" / "lambda_driver", *words)],
                                   stdout=subprocess.PIPE, stderr=log, text=True, cwd=cwd,
                                   env=clean_environment())
        if ended.returncode != 0:
            raise RuntimeError((self.folder / "function.log").read_text()[-2000:])
        return ended.stdout

    def driver(self, *words, cwd=None):
        return json.loads(self._driver_output(*words, cwd=cwd))

    def _seconds_of(self, command):
        return self.driver("program", "--repeat", 1, "--", *command)["median_ms"] / 1000

    # --- what is measured, each once

    def write(self, operation, batch, fields=None, secret=None):
        """Rows a second."""
        self._empty()
        selected = ["--fields", ",".join(fields)] if fields else []
        measured = self.driver("write", "--secret", secret or self.secret, "--operation", operation,
                               "--rows", self.rows, "--batch", batch, *selected, "--", self.function)
        self._check(fields)
        return measured["rows_per_s"]

    def load_data(self):
        self._empty()
        seconds = self._seconds_of(peers.load_data(self.tidb, self.csv, WRITTEN))
        self._check()
        return self.rows / seconds

    def lightning(self):
        self._empty()
        seconds = self.tools.lightning_seconds(self.tidb, self.csv, WRITTEN)
        self._check()
        return self.rows / seconds

    def read(self, *options):
        measured = self.driver("read", "--secret", self.secret, "--entity", READ, *options, "--",
                               self.function)
        assert measured["rows"] == self.read_rows, measured
        return measured

    def dumpling(self):
        return self.read_rows / self.tools.dumpling_seconds(self.tidb, READ)

    def cold_describe(self):
        return self.driver("cold-describe", "--", self.function)["median_ms"]

    def cold_describe_of_python(self):
        return self.driver("cold-describe", "--repeat", 5, "--", sys.executable, "-m", "awslambdaric",
                           "handler.main", cwd=self.python_connector)["median_ms"]

    def cold_write(self, round_number):
        return self.driver("cold-write", "--secret", self.secret, "--entity", COLD, "--operation",
                           "INSERT", "--first", round_number * 1000, "--",
                           self.function)["median_ms"]

    def cold_write_of_client(self):
        insert = (f"INSERT INTO {COLD} VALUES (UUID(), 'Edge Communications', 'Customer - Direct',"
                  " 'TX', 'Hot', 'Electronics')")
        return self.driver("program", "--", *peers.mariadb(self.tidb, insert))["median_ms"]

    def memory(self):
        self._empty()
        return self.driver("memory", "--secret", self.secret, "--rows", min(self.rows, 60_000), "--",
                           self.function)["peak_memory_mb"]

    def query(self):
        measured = self.read()
        return {"query_rows_per_s": measured["rows_per_s"],
                "last_page_vs_first": measured["last_pages_ms"] / measured["first_pages_ms"]}

    def round(self, number):
        """Everything once; neighbours are compared with each other, and take turns at being first:
        TiDB is still busy with what was written before."""
        steps = [
            lambda: {"lightning_rows_per_s": self.lightning()},
            lambda: {"upsert_rows_per_s": self.write("UPSERT", 5000)},
            lambda: {"load_data_rows_per_s": self.load_data()},
            lambda: {"insert_rows_per_s": self.write("INSERT", 5000)},
            lambda: {"upsert_partial_rows_per_s": self.write("UPSERT", 1000, PARTIAL)},
            lambda: {"upsert_20ms_rows_per_s": self.write("UPSERT", 5000, secret=self.far_secret)},
            self.query,
            lambda: {"dumpling_rows_per_s": self.dumpling()},
            lambda: {"query_keyset_rows_per_s": self.read("--fresh-every", 10)["rows_per_s"]},
            lambda: {"cold_describe_ms": self.cold_describe()},
            lambda: {"python_sdk_cold_describe_ms": self.cold_describe_of_python()},
            lambda: {"cold_write_ms": self.cold_write(number)},
            lambda: {"mariadb_client_write_ms": self.cold_write_of_client()},
            lambda: {"peak_memory_mb": self.memory()}]
        measured = {}
        for step in steps if number % 2 else reversed(steps):
            measured |= step()
        return measured


def compare(rounds):
    """By key the values of all rounds."""
    of = {key: [measured[key] for measured in rounds] for key in rounds[0]}

    def rate(above, below):
        return figures.ratio(of[f"{above}_rows_per_s"], of[f"{below}_rows_per_s"])
    return {
        "upsert_vs_load_data": rate("upsert", "load_data"),
        "upsert_vs_lightning": rate("upsert", "lightning"),
        "insert_vs_load_data": rate("insert", "load_data"),
        "upsert_partial_vs_load_data": rate("upsert_partial", "load_data"),
        "upsert_20ms_vs_0ms": rate("upsert_20ms", "upsert"),
        "query_vs_dumpling": rate("query", "dumpling"),
        "query_keyset_vs_dumpling": rate("query_keyset", "dumpling"),
        "cold_describe_vs_python_sdk": figures.ratio(of["cold_describe_ms"],
                                                     of["python_sdk_cold_describe_ms"]),
        "cold_write_vs_mariadb_client": figures.ratio(of["cold_write_ms"],
                                                      of["mariadb_client_write_ms"]),
        "zip_mb": [tutorial.ZIP.stat().st_size / 1e6],
    } | of


def commit():
    return subprocess.run(["git", "rev-parse", "--short", "HEAD"], cwd=ROOT, check=True,
                          capture_output=True, text=True).stdout.strip()


def report(values, arguments, at):
    absolute = "\n".join(
        f"| `{key}` | {statistics.median(rounds):,.{1 if key.endswith('_ms') else 0}f} |"
        for key, rounds in values.items() if key.endswith(("_per_s", "_ms")))
    return f"""# tidb_connector, {datetime.date.today()}

{os.cpu_count()} cores ({platform.machine()}), TiDB 8.5 on unistore, TLS, commit {at},
`make bench NAME=tidb_connector`. {arguments.rows:,} rows written, {arguments.read_rows:,} read; medians of
{arguments.rounds} rounds, ratios taken within a round.

{figures.table(TARGETS, values)}

| measured | median |
|---|---|
{absolute}
"""


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--rows", type=int, default=200_000, help="written by each")
    parser.add_argument("--read-rows", type=int, default=1_000_000)
    parser.add_argument("--rounds", type=int, default=3)
    arguments = parser.parse_args()
    at = commit()
    with tempfile.TemporaryDirectory() as folder:
        bench = Bench(pathlib.Path(folder), arguments.rows, arguments.read_rows)
        try:
            bench.write("UPSERT", 5000)  # What follows a first load of a million rows counts for nobody.
            rounds = []
            for number in range(1, arguments.rounds + 1):
                print(f"==> Round {number} of {arguments.rounds}", file=sys.stderr)
                rounds.append(bench.round(number))
        finally:
            bench.stop()
    values = compare(rounds)
    text = report(values, arguments, at)
    print(text)
    result = BUILD / "benchmarks" / "tidb_connector.json"
    result.parent.mkdir(parents=True, exist_ok=True)
    medians = {key: statistics.median(rounds) for key, rounds in values.items()}
    result.write_text(json.dumps({key: float(f"{value:.4g}") for key, value in medians.items()},
                                 indent=2) + "\n")
    result.with_suffix(".md").write_text(text)


if __name__ == "__main__":
    main()
