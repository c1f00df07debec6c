"""How fast are flows, and how much memory do they take, against what others do with the same data?

Each flow runs in a real `sluice serve`, made and started through its API; S3 is versitygw, TiDB is 8.5 on
unistore over TLS, all on this machine. A round measures each flow and its peers once, in the opposite order
every other round; a figure is the median over the rounds of the ratio within a round. What arrived is compared
with what was sent, each time. docs/benchmarking.md says what counts.

    make bench NAME=engine
    make bench NAME=engine OPTIONS='--only csv_parquet --rounds 1'
"""

import argparse
import contextlib
import datetime
import json
import os
import pathlib
import platform
import re
import shlex
import statistics
import subprocess
import sys
import tempfile
import time

ROOT = pathlib.Path(__file__).resolve().parents[2]
sys.path[:0] = [str(ROOT / "tests"), str(ROOT / "benchmarks")]

from conftest import ROOT_KEY, SALESFORCE, S3_KEY, sandbox_options  # noqa: E402
from harness import certificates, tutorial  # noqa: E402
from harness.processes import BUILD, clean_environment  # noqa: E402
from harness.s3 import S3  # noqa: E402
from harness.service import Sandbox, Service  # noqa: E402
from harness.tidb import TiDB  # noqa: E402

import copies  # noqa: E402
import customers  # noqa: E402
import figures  # noqa: E402
import flows  # noqa: E402
import tidb_peers  # noqa: E402
from figures import Target  # noqa: E402
from tidb_peers import DATABASE, PASSWORD, USER  # noqa: E402

TARGETS = (
    Target("csv_parquet_vs_duckdb", "S3 CSV → map, mask, arithmetic, filter → S3 Parquet / DuckDB's"
           " COPY on the local disk", "≥", 0.7),
    Target("csv_parquet_vs_pyarrow", "the same / pyarrow, plain read and write on the local disk", "≥",
           1.0),
    Target("csv_tidb_vs_lightning", "S3 CSV → TiDB / Lightning, logical", "≥", 1.0, 1.6),
    Target("csv_tidb_vs_load_data", "the same / LOAD DATA LOCAL, until the rows can be read", "≥", 0.8,
           1.0),
    Target("csv_tidb_vs_load_data_answered", "the same, until the client is answered", "≥", 0.8, 1.0),
    Target("tidb_csv_vs_dumpling", "TiDB → S3 CSV / Dumpling to the same bucket", "≥", 1.0),
    Target("tidb_parquet_vs_dumpling", "TiDB → S3 Parquet / Dumpling, CSV, to the same bucket", "≥",
           1.0),
    Target("salesforce_tidb_vs_slower_end", "Salesforce → TiDB / the slower of its ends alone", "≥",
           0.9),
    Target("memory_mb_100k", "peak memory of the service, MB, runs of few rows", "≤", 256),
    Target("memory_mb_100k_first_run", "the same, after the first of them", "≤", 256),
    Target("memory_mb_10m", "the same, a run of a hundred times as many", "≤", 256),
    Target("checkpoint_cost", "time with checkpoints / without, times", "≤", 1.03),
)
MEMORY_SPREADS = (
    Target("memory_mb_10m / memory_mb_100k", "many rows / few, times", "≤", 1.1),
    Target("memory_mb_10m / memory_mb_2m", "many rows / those that fill every buffer, times", "≤", 1.1),
)
IN, OUT = "in", "out"  # Prefixes.


class Bench:
    """The servers, and each measurement once. Everything that is written is below `folder`."""

    def __init__(self, folder, rows):
        self.folder, self.rows = folder, rows
        self.tidb_rows, self.accounts = rows // 2, rows // 10
        self.commands = {}  # What the peers were called with, for the report.
        self._stack = contextlib.ExitStack()
        self.s3 = self._started(S3(folder / "s3", S3_KEY))
        self._authority = certificates.Authority(folder / "ca")
        self._made = {}

    def stop(self):
        self._stack.close()

    def _started(self, server):
        self._stack.callback(server.stop)
        return server

    def _new_service(self, name):
        return Service(self.folder / name, ROOT_KEY, "--s3", self.s3.url, environment={
            "AWS_ACCESS_KEY_ID": S3_KEY[0], "AWS_SECRET_ACCESS_KEY": S3_KEY[1]})

    def _once(self, name, make):
        """What several measurements need is made by the first of them."""
        if name not in self._made:
            self._made[name] = make()
        return self._made[name]

    # --- data

    def csv_folder(self, rows):
        folder = self.folder / f"csv-{rows}"
        self._once(folder, lambda: list(customers.write_files(folder, rows)))
        return folder

    def csv_bucket(self, rows):
        """A bucket with the rows in files below `IN`."""
        def make():
            bucket = self.s3.make_bucket(f"csv-{rows}")
            for path in sorted(self.csv_folder(rows).glob("*.csv")):
                self.s3.put(bucket, f"{IN}/{path.name}", path)
            return bucket
        return self._once(f"bucket {rows}", make)

    def streamed_bucket(self, rows):
        """The same without keeping the files, which may be large."""
        def make():
            bucket = self.s3.make_bucket(f"streamed-{rows}")
            for path in customers.write_files(self.folder / "streamed", rows):
                self.s3.put(bucket, f"{IN}/{path.name}", path)
                path.unlink()
            return bucket
        return self._once(f"streamed {rows}", make)

    @property
    def service(self):
        return self._once("service", lambda: self._started(self._new_service("service")))

    @staticmethod
    def _prepare(tidb, ddl):
        tidb.make_database(DATABASE, USER, PASSWORD)
        # Analyzing by itself would fall on whoever is measured just then.
        tidb.query("SET GLOBAL tidb_enable_auto_analyze = OFF")
        tidb.query(ddl, database=DATABASE)

    def _connect(self, tidb, name):
        tutorial.connect_tidb(
            self.service, tutorial.tidb_credentials(tidb, DATABASE, USER, PASSWORD), name,
            label=flows.TIDB_LABEL)

    def empty_tidb(self, ddl=customers.DDL.replace("customers", "written")):
        """A TiDB that holds nothing but one empty table: for each measurement a new one, as what was
        written and deleted before would slow it down. Its connection is "tidb"."""
        def make():
            tidb = self._started(TiDB(self.folder / "written", self._authority))
            self._prepare(tidb, ddl)
            self._connect(tidb, "tidb")
            return tidb
        tidb = self._once("written", make)
        tidb.discard()
        tidb.start()
        self._prepare(tidb, ddl)
        time.sleep(2)  # It still has to do with its own start.
        return tidb

    @property
    def tools(self):
        def make():
            tools = tidb_peers.TidbTools(self.folder)
            tools.commands = self.commands
            return tools
        return self._once("tools", make)

    def tidb_csv(self):
        """The rows for TiDB as one file, as its tools take them."""
        def make():
            path = self.folder / "tidb-rows.csv"
            customers.write_csv(path, 0, self.tidb_rows)
            return path
        return self._once("tidb csv", make)

    def tidb_bucket(self):
        def make():
            bucket = self.s3.make_bucket("tidb-rows")
            self.s3.put(bucket, f"{IN}/customers.csv", self.tidb_csv())
            return bucket
        return self._once("tidb bucket", make)

    def readable_tidb(self):
        """A TiDB with the rows in the table "readable". Its connection is called so, too."""
        def make():
            tidb = self._started(TiDB(self.folder / "readable", self._authority))
            self._prepare(tidb, customers.DDL.replace("customers", "readable"))
            self._connect(tidb, "readable")
            self._load_data(tidb, "readable")
            tidb.query("ANALYZE TABLE readable", database=DATABASE)
            return tidb
        return self._once("readable", make)

    # --- running and checking

    def _flow_seconds(self, flow, service=None):
        """Seconds from the run's start to its end, as its record has them."""
        service = service or self.service
        appflow = service.client("appflow")
        self._once((service, flow["flowName"]), lambda: appflow.create_flow(**flow))
        # Asking takes CPU from what is measured.
        record = tutorial.run(service, flow["flowName"], 1800, every=0.5)
        assert record["executionStatus"] == "Successful", record
        return (record["lastUpdatedAt"] - record["startedAt"]).total_seconds()

    def _seconds_of(self, name, command):
        """From start to end."""
        self.commands[name] = shlex.join(str(word) for word in command)
        began = time.monotonic()
        subprocess.run([str(word) for word in command], check=True, env=clean_environment())
        return time.monotonic() - began

    def _digest_of_output(self, bucket, kind, columns=customers.COLUMNS):
        """Of all files below `OUT`, read where versitygw keeps them; they are removed then."""
        files = f"{self.s3.folder}/buckets/{bucket}/{OUT}/**"
        relation = {"PARQUET": f"read_parquet('{files}')",
                    "CSV": f"read_csv('{files}', all_varchar = true)"}[kind]
        found = customers.digest(relation, columns)
        self.s3.delete(bucket, OUT)
        assert not self.s3.unfinished_uploads(bucket)
        return found

    @staticmethod
    def _table_digest(tidb, table):
        values = ", ".join(f"CAST({column} AS CHAR)" for column in customers.COLUMNS)
        return tidb.query(f"SELECT COUNT(*), BIT_XOR(CRC32(CONCAT_WS('|', {values}))) FROM {table}",
                          database=DATABASE)[0]

    def _load_data(self, tidb, table):
        return self._seconds_of("LOAD DATA LOCAL", tidb_peers.load_data(
            tidb, self.tidb_csv(), table, header=True))

    # --- what is measured, each once

    def csv_parquet(self):
        """Seconds."""
        local, bucket = self.csv_folder(self.rows), self.csv_bucket(self.rows)
        result = self.folder / "result.parquet"

        def by(peer):
            command = [sys.executable, ROOT / "benchmarks" / "engine" / "copies.py", peer, local, result]
            self.commands[peer] = shlex.join(str(word) for word in command)
            return float(subprocess.run([str(word) for word in command], check=True,
                                        stdout=subprocess.PIPE, env=clean_environment()).stdout)

        measured = {"pyarrow_s": by("pyarrow"), "duckdb_s": by("duckdb")}
        columns = ("id", "name", "email", "phone", "region", "created", "quantity", "total")
        expected = customers.digest(f"read_parquet('{result}')", columns)
        measured["csv_parquet_s"] = self._flow_seconds(flows.csv_to_parquet(bucket, IN))
        found = self._digest_of_output(bucket, "PARQUET", columns)
        assert found == expected, f"{found}, not {expected}"
        return measured

    def csv_tidb(self):
        csv, bucket = self.tidb_csv(), self.tidb_bucket()
        flow = flows.csv_to_tidb(bucket, IN, "tidb", "written")
        expected = self._once("expected",
                              lambda: self._table_digest(self.readable_tidb(), "readable"))
        measured = {}
        for name, work in (
                ("lightning_s",
                 lambda tidb: self.tools.lightning_seconds(tidb, csv, "written", header=True)),
                ("csv_tidb_s", lambda _: self._flow_seconds(flow)),
                ("load_data_s", lambda tidb: self._load_data(tidb, "written"))):
            tidb = self.empty_tidb()
            answered = work(tidb)
            # A transaction is answered for when its first key is committed. The million others of
            # LOAD DATA's one transaction are not then, and who reads has to wait for them.
            began = time.monotonic()
            tidb.query("SELECT COUNT(*) FROM written", database=DATABASE)
            measured[name] = answered + time.monotonic() - began
            measured[f"{name.removesuffix('_s')}_answered_s"] = answered
            found = self._table_digest(tidb, "written")
            assert found == expected, f"{name}: {found}, not {expected}"
        return measured

    def tidb_s3(self):
        table, tidb = "readable", self.readable_tidb()
        bucket = self._once("exports", lambda: self.s3.make_bucket("exports"))
        expected = self._once("exported", lambda: customers.digest(f"read_csv('{self.tidb_csv()}')"))

        def dumpling():
            seconds = self.tools.dumpling_to_s3_seconds(tidb, table, self.s3, f"s3://{bucket}/{OUT}")
            self.s3.delete(bucket, f"{OUT}/metadata")
            return seconds

        measured = {}
        for name, kind, work in (
                ("tidb_csv_s", "CSV",
                 lambda: self._flow_seconds(flows.tidb_to_s3("readable", table, bucket, "CSV"))),
                ("dumpling_s", "CSV", dumpling),
                ("tidb_parquet_s", "PARQUET",
                 lambda: self._flow_seconds(flows.tidb_to_s3("readable", table, bucket, "PARQUET")))):
            measured[name] = work()
            found = self._digest_of_output(bucket, kind)
            assert found == expected, f"{name}: {found}, not {expected}"
        return measured

    def salesforce_tidb(self):
        """The ends alone: the accounts from Salesforce into files, and those files into TiDB."""
        def make():
            sandbox = self._started(Sandbox(self.folder, *sandbox_options(), "--records",
                                            f"Account={self.accounts}"))
            tutorial.connect_salesforce(self.service, sandbox, SALESFORCE)
            return self.s3.make_bucket("salesforce")
        bucket = self._once("sandbox", make)
        columns = tuple(tutorial.MAPPINGS.values())
        reading = flows.salesforce_to_s3(bucket, tutorial.MAPPINGS)
        writing = flows.csv_to_tidb(bucket, "accounts", "tidb", "sf_account", "accounts-tidb", columns)
        self.s3.delete(bucket)
        measured = {"salesforce_alone_s": self._flow_seconds(reading)}
        for name, flow in (("tidb_alone_s", writing), ("salesforce_tidb_s", tutorial.flow())):
            tidb = self.empty_tidb(tutorial.SF_ACCOUNT_DDL)
            measured[name] = self._flow_seconds(flow)
            [[rows]] = tidb.query("SELECT COUNT(*) FROM sf_account", database=DATABASE)
            assert rows == self.accounts + len(tutorial.ROWS), rows
        return measured

    def memory(self):
        """Of a new service each, which moves as many rows as the largest flow has, in as many runs
        as that takes: what threads and the allocator keep once they have used it comes with the work,
        however it is cut, and only what comes with the rows of one run is to be told apart."""
        most = self.rows * 5
        measured = {}
        for key, rows in (("memory_mb_100k", self.rows // 20), ("memory_mb_2m", self.rows),
                          ("memory_mb_10m", most)):
            bucket = self.streamed_bucket(rows)
            service = self._new_service(f"{key}-{time.time_ns()}")
            peaks = []
            try:
                for _ in range(most // rows):
                    self._flow_seconds(flows.csv_to_parquet(bucket, IN), service)
                    peaks.append(self._peak_mb(service))
            finally:
                service.stop()
            self.s3.delete(bucket, OUT)
            measured[key] = peaks[-1]
            if rows < most:
                measured[f"{key}_first_run"] = peaks[0]
        return measured

    @staticmethod
    def _peak_mb(service):
        status = pathlib.Path(f"/proc/{service.process.pid}/status").read_text()
        return int(re.search(r"VmHWM:\s+(\d+) kB", status)[1]) / 1000

    def checkpoints(self):
        """The engine alone, in a process of its own. Each twice, neither of them always the first."""
        seconds = {False: 0, True: 0}
        for are_saved in (False, True, True, False):
            run = self._engine(self.empty_tidb(), *([] if are_saved else ["--without-checkpoints"]))
            assert run["rows"] == self.tidb_rows and (run["checkpoints"] > 0) == are_saved, run
            seconds[are_saved] += run["seconds"]
        return {"without_checkpoints_s": seconds[False], "with_checkpoints_s": seconds[True]}

    def _engine(self, tidb, *options):
        data = self.folder / f"engine-{time.time_ns()}"
        data.mkdir()
        credentials = data / "credentials.json"
        credentials.write_text(json.dumps(
            tutorial.tidb_credentials(tidb, DATABASE, USER, PASSWORD)))
        command = [BUILD / "bin" / "engine_driver", "--data", data, "--object-store", self.s3.url,
                   "--bucket", self.tidb_bucket(), "--prefix", IN, "--credentials", credentials,
                   "--table", "written", *options]
        self.commands[f"engine {' '.join(options)}".strip()] = shlex.join(map(str, command))
        with open(data / "log", "w", encoding="utf-8") as log:
            ended = subprocess.run([str(word) for word in command], stdout=subprocess.PIPE,
                                   stderr=log, text=True, env=clean_environment(
                                       AWS_ACCESS_KEY_ID=S3_KEY[0], AWS_SECRET_ACCESS_KEY=S3_KEY[1]))
        assert ended.returncode == 0, (data / "log").read_text()
        return json.loads(ended.stdout)


# How often a round measures each: what takes a second or two needs it most, and costs least.
SECTIONS = {"csv_parquet": 5, "csv_tidb": 1, "tidb_s3": 3, "salesforce_tidb": 3, "memory": 1,
            "checkpoints": 2}


def compare(of):
    """`of`: by key all that was measured. The same with the ratios."""
    slower = {"slower_end_s": [max(ends) for ends in zip(of["salesforce_alone_s"], of["tidb_alone_s"])]
              } if "tidb_alone_s" in of else {}
    of = of | slower
    ratios = {f"{flow}_vs_{peer}": figures.ratio(of[f"{peer}_s"], of[f"{flow}_s"])
              for flow, peer in (("csv_parquet", "duckdb"), ("csv_parquet", "pyarrow"),
                                 ("csv_tidb", "lightning"), ("csv_tidb", "load_data"),
                                 ("tidb_csv", "dumpling"), ("tidb_parquet", "dumpling"),
                                 ("salesforce_tidb", "slower_end"))
              if f"{flow}_s" in of}
    if "csv_tidb_answered_s" in of:
        ratios["csv_tidb_vs_load_data_answered"] = figures.ratio(of["load_data_answered_s"],
                                                                 of["csv_tidb_answered_s"])
    if "with_checkpoints_s" in of:
        ratios["checkpoint_cost"] = figures.ratio(of["with_checkpoints_s"],
                                                  of["without_checkpoints_s"])
    if "memory_mb_10m" in of:
        for spread in MEMORY_SPREADS:
            ratios[spread.key] = figures.ratio(*(of[key] for key in spread.key.split(" / ")))
    return ratios | of


def commit():
    return subprocess.run(["git", "rev-parse", "--short", "HEAD"], cwd=ROOT, check=True,
                          capture_output=True, text=True).stdout.strip()


def report(values, arguments, commands, at):
    targets = [target for target in (*TARGETS, *MEMORY_SPREADS) if target.key in values]
    seconds = "\n".join(f"| `{key}` | {statistics.median(rounds):.2f} |"
                        for key, rounds in values.items() if key.endswith("_s"))
    called = "\n".join(f"- {name}: `{command}`" for name, command in commands.items())
    rows = arguments.rows
    return f"""# engine, {datetime.date.today()}

{os.cpu_count()} cores ({platform.machine()}), TiDB 8.5 on unistore, TLS, versitygw, commit {at},
`make bench NAME=engine`. {rows:,} rows of 8 columns from CSV to Parquet, {rows // 2:,} into and out of TiDB,
{rows // 10:,} of Salesforce; memory with {rows // 20:,} and {rows * 5:,}. {arguments.rounds} rounds, of which each
measures what takes a second or two several times; medians of ratios of what was measured one after the other.

{figures.table(targets, values)}

| measured, seconds | median |
|---|---|
{seconds}

The peers:

{called}
"""


def measure(arguments, folder):
    bench = Bench(folder, arguments.rows)
    values = {}
    try:
        for number in range(1, arguments.rounds + 1):
            sections = arguments.only if number % 2 else reversed(arguments.only)
            for section in sections:
                print(f"==> Round {number} of {arguments.rounds}: {section}", file=sys.stderr)
                for _ in range(SECTIONS[section]):
                    found = getattr(bench, section)()
                    print("   ", {key: round(value, 2) for key, value in found.items()}, file=sys.stderr)
                    for key, value in found.items():
                        values.setdefault(key, []).append(value)
    finally:
        bench.stop()
    return compare(values), bench.commands


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--rows", type=int, default=2_000_000, help="from CSV to Parquet; the others"
                        " have more or less in proportion")
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--only", action="append", choices=SECTIONS, help="may be repeated")
    arguments = parser.parse_args()
    arguments.only = arguments.only or list(SECTIONS)
    at = commit()
    with tempfile.TemporaryDirectory() as folder:
        values, commands = measure(arguments, pathlib.Path(folder))
    text = report(values, arguments, commands, at)
    for path, name in ((folder, "DATA"), (f"{ROOT}/", ""), (pathlib.Path.home(), "~")):
        text = text.replace(str(path), name)
    print(text)
    result = BUILD / "benchmarks" / "engine.json"
    result.parent.mkdir(parents=True, exist_ok=True)
    result.write_text(json.dumps(
        {target.key: float(f"{statistics.median(values[target.key]):.4g}")
         for target in TARGETS if target.key in values}, indent=2) + "\n")
    result.with_suffix(".md").write_text(text)


if __name__ == "__main__":
    main()
