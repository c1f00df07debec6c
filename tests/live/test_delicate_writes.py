"""Tables on which a write that looks right is easily another one."""

import time

import pytest

from harness.tidb import TiDB


@pytest.fixture
def table(sql, connect):
    connection = connect(sql.tidb, sql.database)
    connection.sql = sql
    return connection


def assert_all_written(answer):
    assert answer["isSuccess"] is True, answer


def refused(answer):
    """{index: message} of the refused records."""
    assert answer.get("errorDetails", {}).get("errorCode", "PartialWriteFailure") == (
        "PartialWriteFailure"), answer
    return {index: result["errorMessage"] for index, result in enumerate(answer["writeRecordResults"])
            if not result["isSuccess"]}


def test_a_zero_is_a_number_and_no_request_for_one(table):
    table.sql("CREATE TABLE t (id INT AUTO_INCREMENT PRIMARY KEY, v INT)")
    for v in range(3):
        assert_all_written(table.write("UPSERT", "t", [{"id": 0, "v": v}], ["id"]))
    assert_all_written(table.write("UPDATE", "t", [{"id": 0, "v": 9}], ["id"]))
    assert table.sql("SELECT id, v FROM t") == ((0, 9),)
    assert_all_written(table.write("INSERT", "t", [{"id": None, "v": 1}, {"v": 2}]))
    assert [row[0] for row in table.sql("SELECT v FROM t WHERE id > 0 ORDER BY id")] == [1, 2]


@pytest.mark.parametrize("operation", ["UPSERT", "UPDATE"])
def test_a_computed_column_sees_the_row_and_not_its_defaults(operation, table):
    table.sql("CREATE TABLE t (id INT PRIMARY KEY, a VARCHAR(9), b VARCHAR(9), qty INT DEFAULT 0,"
              " rate DOUBLE AS (100 / qty), full VARCHAR(20) AS (CONCAT(a, ' ', b)) NOT NULL)")
    rows = [{"id": n, "a": "a", "b": "b", "qty": 5} for n in range(3)]
    assert_all_written(table.write("INSERT", "t", rows))
    assert_all_written(table.write(operation, "t", [{"id": n, "a": f"new{n}"} for n in range(3)], ["id"]))
    assert table.sql("SELECT full, rate FROM t ORDER BY id") == tuple(
        (f"new{n} b", 20.0) for n in range(3))


@pytest.mark.parametrize("operation", ["UPSERT", "UPDATE", "DELETE"])
def test_an_id_that_no_column_holds_harms_no_other_record(operation, table):
    table.sql("CREATE TABLE t (id DOUBLE PRIMARY KEY, v INT)")
    assert_all_written(table.write("INSERT", "t", [{"id": 1, "v": 1}, {"id": 2, "v": 2}]))
    records = ['{"id":1,"v":5}', '{"id":1e400,"v":5}', '{"id":2,"v":5}']
    answer = table.ask("WriteData", entityIdentifier="t", operation=operation, records=records,
                       idFieldNames=["id"])
    assert set(refused(answer)) <= {1}
    left = table.sql("SELECT v FROM t ORDER BY id")
    assert left == (() if operation == "DELETE" else ((5,), (5,)))


def test_a_key_of_json_that_is_too_long_harms_no_other_record(table):
    table.sql("CREATE TABLE t (id INT PRIMARY KEY, j JSON)")
    answer = table.write("INSERT", "t", [{"id": 1, "j": {"k": 1}}, {"id": 2, "j": {"k" * 70_000: 1}},
                                         {"id": 3, "j": {"k": 3}}])
    assert set(refused(answer)) == {1}
    assert table.sql("SELECT id FROM t ORDER BY id") == ((1,), (3,))


def test_many_locked_rows_are_waited_for_no_longer_than_a_caller_waits(table, sql):
    table.sql("CREATE TABLE t (id INT PRIMARY KEY, v INT, other INT UNIQUE)")
    rows = [{"id": n, "v": 1, "other": n} for n in range(4)]
    assert_all_written(table.write("INSERT", "t", rows))
    locks = [sql.tidb.connect(sql.database) for _ in rows]
    try:
        for n, lock in enumerate(locks):
            with lock.cursor() as cursor:
                cursor.execute("BEGIN PESSIMISTIC")
                cursor.execute("UPDATE t SET v = 2 WHERE id = %s", (n,))
        began = time.monotonic()
        answer = table.ask("WriteData", seconds=8, entityIdentifier="t", operation="UPDATE",
                           idFieldNames=["id"], records=[f'{{"id":{n},"v":3}}' for n in range(4)])
        assert answer["isSuccess"] is False
        assert time.monotonic() - began < 8
    finally:
        for lock in locks:
            lock.rollback()
            lock.close()


@pytest.fixture(scope="module")
def late_checking(folder, authority):
    """A TiDB that looks for duplicates only at the COMMIT, unless it is told otherwise."""
    server = TiDB(folder / "late", authority, [
        "[pessimistic-txn]", "constraint-check-in-place-pessimistic = false"])
    yield server
    server.discard()


@pytest.mark.parametrize("all_or_none", [False, True])
def test_a_duplicate_is_found_at_its_row_wherever_the_server_looks(all_or_none, late_checking,
                                                                   own_database, connect):
    sql = own_database(late_checking)
    table = connect(sql.tidb, sql.database)
    sql("CREATE TABLE t (id INT PRIMARY KEY)")
    sql("INSERT INTO t VALUES (2)")
    answer = table.ask("WriteData", entityIdentifier="t", operation="INSERT", allOrNone=all_or_none,
                       records=[f'{{"id":{n}}}' for n in range(5)])
    messages = refused(answer)
    assert "exists already" in messages[2]
    assert set(messages) == (set(range(5)) if all_or_none else {2})
    assert len(sql("SELECT id FROM t")) == (1 if all_or_none else 5)
