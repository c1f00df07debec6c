"""TiDB is killed, connections break, functions are frozen: no answer says what is not so."""

import os
import random
import threading
import time

import pytest

from harness.processes import wait_until
from harness.tidb import TiDB

RETRYABLE = {"ServiceUnavailable", "RequestTimeout", "ServerError"}
KILLS = int(os.environ.get("SLUICE_TIDB_KILLS", 2))  # Of a test.
TABLE = "CREATE TABLE t (id INT PRIMARY KEY, a VARCHAR(200))"


@pytest.fixture(scope="module")
def mortal(folder, authority):
    """A TiDB of this module's own, to be killed."""
    server = TiDB(folder / "tidb", authority)
    yield server
    server.discard()


@pytest.fixture
def table(mortal, connect, own_database):
    sql = own_database(mortal)
    sql(TABLE)
    connection = connect(mortal, sql.database)
    connection.sql = sql
    return connection


def restart(tidb):
    tidb.kill()
    tidb.start()


def rows_in(table):
    return dict(table.sql("SELECT id, a FROM t"))


def records(numbers, text="x"):
    return [{"id": n, "a": f"{text}{n}"} for n in numbers]


def assert_all_written(answer):
    assert answer["isSuccess"] is True, answer


# ---- A server that was restarted ----

@pytest.mark.parametrize("operation", ["INSERT", "UPSERT", "UPDATE", "DELETE"])
def test_a_restart_between_requests_is_not_noticed(operation, mortal, table):
    assert_all_written(table.write("UPSERT", "t", records(range(5)), ["id"]))
    restart(mortal)
    numbers = range(10, 15) if operation == "INSERT" else range(5)
    assert_all_written(table.write(operation, "t", records(numbers, "new"), ["id"]))
    expected = {n: f"x{n}" for n in range(5)} | {n: f"new{n}" for n in numbers}
    assert rows_in(table) == ({} if operation == "DELETE" else expected)


def test_a_read_goes_on_behind_a_restart_or_says_why_not(mortal, table):
    assert_all_written(table.write("INSERT", "t", records(range(50))))
    found, token = table.page("t", maxResults=10)
    while token:
        restart(mortal)
        answer = table.ask("QueryData", entityIdentifier="t", maxResults=20, nextToken=token)
        if not answer["isSuccess"]:
            assert "start the read again" in answer["errorDetails"]["errorMessage"]
            return
        more, token = table.page("t", maxResults=20, nextToken=token)
        found += more
    assert sorted(record["id"] for record in found) == list(range(50))
    assert [record["id"] for record in table.retrieve("t", ["3", "1"])] == [3, 1]


# ---- A server that dies under a request ----

class Requests:
    """WriteData after WriteData, from a thread, with what each was answered."""

    def __init__(self, table, operation, size):
        self._table, self._operation, self._size = table, operation, size
        self._stopped = threading.Event()
        self.answers = []  # (numbers, answer)
        self.failure = None
        self._thread = threading.Thread(target=self._send)

    def __enter__(self):
        self._thread.start()
        return self

    def __exit__(self, *_):
        self._stopped.set()
        self._thread.join()
        assert not self.failure, self.failure

    def _send(self):
        try:
            while not self._stopped.is_set():
                first = len(self.answers) * self._size
                numbers = range(first, first + self._size)
                self.answers.append((numbers, self._table.write(
                    self._operation, "t", records(numbers), ["id"])))
                if not self.answers[-1][1]["isSuccess"]:
                    self._stopped.wait(0.1)
        except Exception as failure:  # The thread's own: shown by the test.
            self.failure = failure
            raise


def outcomes(answers):
    """{id: (is written, message)} of all that was answered record by record, and the other ids."""
    told, untold = {}, set()
    for numbers, answer in answers:
        results = answer.get("writeRecordResults") or []
        if not results:
            assert answer["errorDetails"]["errorCode"] in RETRYABLE, answer
            assert answer["errorDetails"]["errorMessage"]
            untold |= set(numbers)
            continue
        assert [result["recordId"] for result in results] == [str(n) for n in numbers]
        for n, result in zip(numbers, results):
            told[n] = result["isSuccess"], result.get("errorMessage")
    return told, untold


@pytest.mark.parametrize("operation, size, away_for", [
    ("INSERT", 300, 0), ("INSERT", 3000, 0), ("UPSERT", 300, 0.5), ("UPSERT", 3000, 0)])
def test_a_kill_under_writes_is_answered_honestly(operation, size, away_for, mortal, table):
    with Requests(table, operation, size) as requests:
        for _ in range(KILLS):
            begun = len(requests.answers)
            wait_until(lambda: len(requests.answers) > begun or requests.failure, 30, "answers")
            time.sleep(random.random() * 0.05)
            mortal.kill()
            time.sleep(away_for)
            mortal.start()
        wait_until(lambda: requests.answers[-1][1]["isSuccess"] or requests.failure, 30, "success")
    told, untold = outcomes(requests.answers)
    rows = rows_in(table)

    assert all(rows[n] == f"x{n}" for n in rows)
    for n, (written, message) in told.items():
        if written:
            assert n in rows, f"{n} was said to be written"
        elif n in rows:
            assert "not known" in message, f"{n} is there, but: {message}"
        else:
            assert message
    assert set(rows) <= set(told) | untold

    # What was not said to be written is sent again.
    again = sorted(untold | {n for n, (written, _) in told.items() if not written})
    if operation == "UPSERT":
        if again:
            assert_all_written(table.write("UPSERT", "t", records(again), ["id"]))
    else:
        answer = table.write("INSERT", "t", records(again))
        results = answer.get("writeRecordResults") or []
        assert [result["isSuccess"] for result in results] == [n not in rows for n in again]
    assert rows_in(table) == {n: f"x{n}" for numbers, _ in requests.answers for n in numbers}


def test_inserts_without_a_key_are_never_doubled(mortal, table):
    table.sql("DROP TABLE t")
    table.sql("CREATE TABLE t (id INT, a VARCHAR(200))")
    with Requests(table, "INSERT", 200) as requests:
        for _ in range(KILLS):
            begun = len(requests.answers)
            wait_until(lambda: len(requests.answers) > begun or requests.failure, 30, "answers")
            time.sleep(random.random() * 0.05)
            restart(mortal)
    counts = dict(table.sql("SELECT id, COUNT(*) FROM t GROUP BY id"))
    assert set(counts.values()) == {1}
    for numbers, answer in requests.answers:
        results = answer.get("writeRecordResults") or []
        for n, result in zip(numbers, results):
            assert counts.get(n) == 1 or not result["isSuccess"]
            assert counts.get(n) is None or result["isSuccess"] or "not known" in result["errorMessage"]
        if not results:  # Then nothing is known to be in.
            assert not set(numbers) & set(counts), answer


def test_an_answer_comes_in_time_while_tidb_is_down(mortal, table):
    assert_all_written(table.write("INSERT", "t", records(range(3))))
    mortal.kill()
    try:
        for message, members in [
                ("WriteData", {"operation": "UPSERT", "idFieldNames": ["id"],
                               "records": ['{"id":1,"a":"b"}']}),
                ("WriteData", {"operation": "INSERT", "records": ['{"id":1,"a":"b"}']}),
                ("QueryData", {}), ("RetrieveData", {"ids": ["1"]}), ("DescribeEntity", {})]:
            begin = time.monotonic()
            answer = table.ask(message, entityIdentifier="t", seconds=6, **members)
            assert time.monotonic() - begin < 6
            assert answer["errorDetails"]["errorCode"] in RETRYABLE
        for message in ("ListEntities", "ValidateCredentials"):
            assert table.ask(message, seconds=6)["errorDetails"]["errorCode"] in RETRYABLE
    finally:
        mortal.start()
    assert len(table.query("t")) == 3


# ---- A function that was frozen ----

def kill_connections(tidb):
    """Those of the function, as a server does that has waited for too long. How many there were."""
    with tidb.connect() as connection, connection.cursor() as cursor:
        cursor.execute("SELECT id FROM information_schema.processlist WHERE user != 'root'")
        ids = [row[0] for row in cursor.fetchall()]
        for number in ids:
            cursor.execute(f"KILL TIDB {number}")
        if ids:
            time.sleep(0.1)  # TiDB closes a connection a moment after it was told to.
        return len(ids)


REQUESTS = {
    "INSERT": lambda table: table.write("INSERT", "t", records([9])),
    "UPSERT": lambda table: table.write("UPSERT", "t", records([9]), ["id"]),
    "many": lambda table: table.write("UPSERT", "t", records(range(5000)), ["id"]),
    "UPDATE": lambda table: table.write("UPDATE", "t", records([1]), ["id"]),
    "DELETE": lambda table: table.write("DELETE", "t", records([1]), ["id"]),
    "all or none": lambda table: table.write("INSERT", "t", records([9]), allOrNone=True),
    "QueryData": lambda table: table.ask("QueryData", entityIdentifier="t"),
    "RetrieveData": lambda table: table.ask("RetrieveData", entityIdentifier="t", ids=["1"]),
    "DescribeEntity": lambda table: table.ask("DescribeEntity", entityIdentifier="t"),
    "ListEntities": lambda table: table.ask("ListEntities"),
    "ValidateCredentials": lambda table: table.ask("ValidateCredentials"),
}


def test_a_frozen_function_goes_on_with_new_connections(sql, connect):
    sql(TABLE)
    table = connect(sql.tidb, sql.database)
    table.write("UPSERT", "t", records(range(5000)), ["id"])  # With as many connections as it likes.
    for name, request in REQUESTS.items():
        sql("DELETE FROM t WHERE id = 9")
        sql("REPLACE INTO t VALUES (1, 'x1')")
        table.function.freeze()
        assert kill_connections(sql.tidb) > 0, "the function keeps no connection"
        table.function.thaw()
        answer = request(table)
        assert answer["isSuccess"] is True, (name, answer)
    assert len(table.query("t")) == 4999  # Without 9.


def test_a_frozen_read_goes_on(sql, connect):
    sql(TABLE)
    table = connect(sql.tidb, sql.database)
    assert_all_written(table.write("INSERT", "t", records(range(1000))))
    found, token = table.page("t", maxResults=90)
    killed = 0
    while token:
        table.function.freeze()
        killed += kill_connections(sql.tidb)  # None, where all that was left had come already.
        table.function.thaw()
        more, token = table.page("t", maxResults=90, nextToken=token)
        found += more
    assert [record["id"] for record in found] == list(range(1000))
    assert killed > 0
