"""Flows whose systems are killed with SIGKILL at random moments. After each run the destination must
equal the source: no row lost, none twice."""

import collections
import csv
import io
import random
import signal
import time

from harness import tutorial
from harness.processes import send_signal

SOURCE_BUCKET, TARGET_BUCKET = "source", "target"
COLUMNS = ("id", "name", "amount")
NOTHING = object()  # What a kill answers that found nothing to kill.


def make_rows(count):
    """Rows that tell when one is lost, doubled or mixed up with another."""
    return [(str(number), f"Zoë, \"{number}\"\nof {count}", f"{number}.25")
            for number in range(count)]


class Killable:
    """A process of the run that may be killed, and how it comes back."""

    def __init__(self, name, kill, revive=lambda: None):
        self.name, self.kill, self.revive = name, kill, revive


class Campaign:
    """Runs flows over `routes`, kills `victims` in mid-run, and compares.

    Tables and flows are new for each round, and without a unique key, so that a row that is written
    twice shows. One round in three kills twice."""

    def __init__(self, service, tidb, s3, account, rows, seed):
        """`account`: user and password of TiDB, which get a database of their own."""
        self.service, self.tidb, self.s3, self.database = service, tidb, s3, "kills"
        self.rows = make_rows(rows)
        self.random = random.Random(seed)
        self.durations = {}
        self.kills, self.runs = collections.Counter(), 0
        self.routes = {
            "S3 to TiDB": self._to_tidb("tidb", "TiDB"),
            "S3 to TiDB through the Lambda": self._to_tidb("tidb-lambda", "TiDB-Connector"),
            "S3 to S3": self._to_s3(self._from_s3),
            "TiDB to S3": self._to_s3(self._from_tidb),
        }
        self.victims = [
            Killable("service", service.kill, service.start),
            Killable("TiDB", lambda: tidb.kill(service.processes()), tidb.start),
            Killable("S3", s3.kill, s3.start),
            Killable("connector", self._kill_connectors),
        ]
        self._connect(*account)
        self._fill_sources()

    def _connect(self, user, password):
        self.tidb.make_database(self.database, user, password)
        credentials = tutorial.tidb_credentials(self.tidb, self.database, user, password)
        tutorial.register_connector(self.service)
        tutorial.connect_tidb(self.service, credentials, name="tidb-lambda")
        tutorial.connect_tidb(self.service, credentials, name="tidb", label="TiDB")

    # The two sources, with the same rows: three objects, and a table of several regions.
    def _fill_sources(self):
        for bucket in (SOURCE_BUCKET, TARGET_BUCKET):
            self.s3.make_bucket(bucket)
        third = -(-len(self.rows) // 3)
        for number in range(3):
            text = io.StringIO(newline="")
            writer = csv.writer(text, lineterminator="\n")
            writer.writerow(COLUMNS)
            writer.writerows(self.rows[number * third:(number + 1) * third])
            self.s3.put(SOURCE_BUCKET, f"rows/{number}.csv", text.getvalue())
        self._make_table("source_rows", "PRIMARY KEY (id)")
        with self.tidb.connect(self.database) as connection, connection.cursor() as cursor:
            for begin in range(0, len(self.rows), 5000):
                cursor.executemany("INSERT INTO source_rows VALUES (%s, %s, %s)",
                                   self.rows[begin:begin + 5000])
        self.tidb.query("SPLIT TABLE source_rows BETWEEN (0) AND (%s) REGIONS 6", len(self.rows),
                        database=self.database)

    def _make_table(self, name, *keys):
        columns = ("id BIGINT NOT NULL", "name TEXT", "amount DECIMAL(20, 2)", *keys)
        self.tidb.query(f"CREATE TABLE {name} ({', '.join(columns)})", database=self.database)

    def run(self, kills):
        """Rounds until so many processes were killed."""
        round_number = 0
        while self.kills.total() < kills:
            route = [*self.routes][round_number % len(self.routes)]
            if route not in self.durations:
                self._round(route, f"undisturbed-{round_number}", ())
            victims = self.random.choices(self.victims, k=self.random.choice((1, 1, 2)))
            self._round(route, f"killed-{round_number}", victims)
            round_number += 1

    def _round(self, route, name, victims):
        name = name + "-" + route.lower().replace(" ", "-")
        read_back = self.routes[route](name)
        begin = time.monotonic()
        execution = self.service.client("appflow").start_flow(flowName=name)["executionId"]
        moments = []
        for victim in victims:
            moments.append((victim.name, self.random.uniform(0, self.durations[route])))
            time.sleep(moments[-1][1])
            if victim.kill() is not NOTHING:
                self.kills[victim.name] += 1
            victim.revive()
        record = tutorial.finished_run(self.service, name, execution, 300)
        self.runs += 1
        self.durations.setdefault(route, time.monotonic() - begin)
        what = f"{route}, killed {moments}"
        assert record["executionStatus"] == "Successful", (what, record)
        written = collections.Counter(read_back(execution))
        expected = collections.Counter(self.rows)
        assert written == expected, (
            what, f"lost {sum((expected - written).values())}",
            f"too many {sum((written - expected).values())}")
        assert record["executionResult"]["recordsProcessed"] == len(self.rows), (what, record)

    def _kill_connectors(self):
        connectors = self.service.functions()
        for pid in connectors:
            send_signal(pid, signal.SIGKILL)
        return None if connectors else NOTHING  # Not every route has one.

    # Each of these makes what a flow needs and answers how its destination is read back.
    def _to_tidb(self, profile, label):
        def prepare(name):
            table = "t_" + name.replace("-", "_")[:50]
            self._make_table(table)
            self._create_flow(name, self._from_s3(), {
                "connectorType": "CustomConnector", "apiVersion": "v1",
                "connectorProfileName": profile, "destinationConnectorProperties": {
                    "CustomConnector": {"entityName": table, "writeOperationType": "INSERT"}}},
                "S3")

            def read_back(_):
                rows = self.tidb.query(f"SELECT id, name, amount FROM {table}",
                                       database=self.database)
                self.tidb.query(f"DROP TABLE {table}", database=self.database)
                return [(str(number), text, str(amount)) for number, text, amount in rows]
            return read_back
        return prepare

    def _to_s3(self, source):
        def prepare(name):
            config = source()
            self._create_flow(name, config, {
                "connectorType": "S3", "destinationConnectorProperties": {"S3": {
                    "bucketName": TARGET_BUCKET, "s3OutputFormatConfig": {
                        "fileType": "CSV", "aggregationConfig": {"targetFileSize": 1}}}}},
                config["connectorType"])

            def read_back(execution):
                rows = []
                for key in self.s3.keys(TARGET_BUCKET, f"{name}/{execution}/"):
                    text = self.s3.get(TARGET_BUCKET, key).decode()
                    header, *lines = csv.reader(io.StringIO(text, newline=""))
                    assert tuple(header) == COLUMNS, key
                    rows += map(tuple, lines)
                assert not self.s3.unfinished_uploads(TARGET_BUCKET), "left-over multipart uploads"
                return rows
            return read_back
        return prepare

    def _from_s3(self):
        return {"connectorType": "S3", "sourceConnectorProperties": {
            "S3": {"bucketName": SOURCE_BUCKET, "bucketPrefix": "rows"}}}

    def _from_tidb(self):
        return {"connectorType": "CustomConnector", "apiVersion": "v1",
                "connectorProfileName": "tidb", "sourceConnectorProperties": {
                    "CustomConnector": {"entityName": "source_rows"}}}

    def _create_flow(self, name, source, destination, operator):
        no_operation = {operator: "NO_OP"}
        self.service.client("appflow").create_flow(
            flowName=name, triggerConfig={"triggerType": "OnDemand"}, sourceFlowConfig=source,
            destinationFlowConfigList=[destination],
            tasks=[{"taskType": "Filter", "sourceFields": [*COLUMNS],
                    "connectorOperator": {operator: "PROJECTION"}},
                   *({"taskType": "Map", "sourceFields": [column], "destinationField": column,
                      "connectorOperator": no_operation} for column in COLUMNS)])
