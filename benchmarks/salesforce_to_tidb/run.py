"""How fast does a flow bring Salesforce records into TiDB, against the script one would write instead?

The same 50,000 accounts of the sandbox go into the same TiDB, twice a round: by a flow of the whole service
(signed API, SOQL pages, mapping, connector protocol, the TiDB connector as a function), and by
simple-salesforce with PyMySQL's executemany in batches of 1,000. Both over TLS to TiDB. What counts is the
ratio of the medians; the machine may be noisy.

    make bench NAME=salesforce_to_tidb
"""

import json
import pathlib
import ssl
import statistics
import sys
import tempfile
import time

ROOT = pathlib.Path(__file__).resolve().parents[2]
sys.path[:0] = [str(ROOT / "tests"), str(ROOT / "benchmarks")]

import pymysql  # noqa: E402

from conftest import (ROOT_KEY, SALESFORCE, TIDB_PASSWORD, TIDB_USER, salesforce_client,  # noqa: E402
                      sandbox_options)
from harness import certificates, tutorial  # noqa: E402
from harness.processes import BUILD  # noqa: E402
from harness.service import Sandbox, Service  # noqa: E402
from harness.tidb import TiDB  # noqa: E402

import tidb_peers  # noqa: E402

RECORDS = 50_000
ROUNDS = 3


def by_script(sandbox, tidb, database):
    salesforce = salesforce_client(sandbox)
    context = ssl.create_default_context(cafile=str(tidb.authority.ca))
    connection = pymysql.connect(host="127.0.0.1", port=tidb.port, user=TIDB_USER, ssl=context,
                                 password=TIDB_PASSWORD, database=database)
    fields = list(tutorial.MAPPINGS)
    insert = "INSERT INTO sf_account VALUES (%s, %s, %s, %s, %s, %s)"
    rows = []
    with connection, connection.cursor() as cursor:
        for record in salesforce.query_all_iter(f"SELECT {', '.join(fields)} FROM Account"):
            rows.append([record[field] or "" for field in fields])
            if len(rows) == 1000:
                cursor.executemany(insert, rows)
                connection.commit()
                rows.clear()
        cursor.executemany(insert, rows)
        connection.commit()


def timed(work):
    began = time.monotonic()
    work()
    return time.monotonic() - began


def main():
    seconds = {"flow": [], "script": []}
    with tempfile.TemporaryDirectory() as folder:
        folder = pathlib.Path(folder)
        tidb = TiDB(folder / "tidb", certificates.Authority(folder / "ca"))
        sandbox = Sandbox(folder, *sandbox_options(), "--records", f"Account={RECORDS}")
        service = Service(folder, ROOT_KEY)
        try:
            tidb.make_database("bench", TIDB_USER, TIDB_PASSWORD)
            tidb.query(tutorial.SF_ACCOUNT_DDL, database="bench")
            tutorial.register_connector(service)
            tutorial.connect_salesforce(service, sandbox, SALESFORCE)
            tutorial.connect_tidb(service, tutorial.tidb_credentials(
                tidb, "bench", TIDB_USER, TIDB_PASSWORD))
            service.client("appflow").create_flow(**tutorial.flow())

            def by_flow():
                record = tutorial.run(service, "account-to-tidb", 300)
                assert record["executionStatus"] == "Successful", record

            for _ in range(ROUNDS):
                for name, work in (("flow", by_flow),
                                   ("script", lambda: by_script(sandbox, tidb, "bench"))):
                    tidb_peers.empty(tidb, "sf_account")
                    seconds[name].append(timed(work))
                    [[rows]] = tidb.query("SELECT COUNT(*) FROM sf_account", database="bench")
                    assert rows >= RECORDS, rows
        finally:
            service.stop()
            sandbox.stop()
            tidb.stop()

    rate = {name: rows / statistics.median(times) for name, times in seconds.items()}
    ratio = rate["flow"] / rate["script"]
    print(f"{rows} records, {ROUNDS} rounds, medians")
    print(f"{'way':<10}{'seconds':>10}{'rows/s':>12}")
    for name, times in seconds.items():
        print(f"{name:<10}{statistics.median(times):>10.2f}{rate[name]:>12,.0f}")
    print(f"flow / script: {ratio:.2f}")
    result = BUILD / "benchmarks" / "salesforce_to_tidb.json"
    result.parent.mkdir(parents=True, exist_ok=True)
    result.write_text(json.dumps({"flow_vs_script": round(ratio, 2),
                                  "flow_rows_per_s": round(rate["flow"]),
                                  "script_rows_per_s": round(rate["script"])}, indent=2) + "\n")


if __name__ == "__main__":
    main()
