"""Whatever TiDB objects to: exactly the bad rows are refused, all others are in, and it says why."""

import contextlib
import json
import re
import threading
import time

import pymysql
import pytest

from conftest import RECORD_CANARY, TIDB_PASSWORD, TIDB_USER
from harness.processes import wait_until
from harness.tidb import TiDB


@pytest.fixture(scope="module")
def touchy(folder, authority):
    """A TiDB whose limits may be set: for all, so not the one that others use."""
    server = TiDB(folder / "tidb", authority, ["txn-total-size-limit = 1048576"])
    yield server
    server.discard()


@pytest.fixture
def table(sql, connect):
    return connected(connect, sql)


@pytest.fixture
def touchy_table(touchy, own_database, connect):
    return connected(connect, own_database(touchy))


def connected(connect, sql):
    connection = connect(sql.tidb, sql.database)
    connection.sql = sql
    return connection


@contextlib.contextmanager
def setting(table, **variables):
    """Global variables, as new connections find them."""
    tidb = table.sql.tidb
    before = {name: tidb.query(f"SELECT @@GLOBAL.{name}")[0][0] for name in variables}
    try:
        for name, value in variables.items():
            tidb.query(f"SET GLOBAL {name} = %s", value)
        table.function.renew()
        yield
    finally:
        for name, value in before.items():
            tidb.query(f"SET GLOBAL {name} = %s", value)


def readable(message):
    """A sentence for a person: says something, in UTF-8, without our SQL."""
    assert 10 < len(message) < 2000, message
    assert not re.search(r"INSERT INTO|UPDATE `|ON DUPLICATE|SELECT |LOAD DATA|REPLACE INTO", message)
    return message


def refused(answer, count):
    """{index: message} of a WriteData's refused records."""
    results = answer["writeRecordResults"]
    assert len(results) == count
    messages = {i: readable(result["errorMessage"])
                for i, result in enumerate(results) if not result["isSuccess"]}
    assert answer["isSuccess"] is not bool(messages), answer
    if messages:
        assert answer["errorDetails"]["errorCode"] == "PartialWriteFailure", answer
        readable(answer["errorDetails"]["errorMessage"])
    return messages


def ids(table, name="t"):
    return {row[0] for row in table.sql(f"SELECT id FROM {name}")}


# ---- Rows ----

VALUES = {  # Column: a good value, a bad one, and what the message has to say.
    "VARCHAR(5)": ("ok", "sixsix", "too long"),
    "VARBINARY(2)": ("QUI=", "QUJD", "too long"),
    "TINYINT": (127, 128, "out of range"),
    "DECIMAL(4,2)": (99.99, 100, "out of range"),
    "INT UNSIGNED": (1, -1, "out of range"),
    "INT": (1, "abc", "whole number"),
    "DECIMAL(9,2)": (1, "abc", "number"),
    "DATE": ("2024-02-29", "2024-02-30", "date"),
    "DATETIME(6)": ("2024-01-01T00:00:00Z", "yesterday", "time"),
    "TIME": ("800:00:00", "900:00:00", ""),
    "TIMESTAMP": ("2024-01-01T00:00:00Z", "2040-01-01T00:00:00Z", ""),
    "INT NOT NULL": (5, None, "NULL"),
    "ENUM('a','b')": ("a", "c", ""),
    "SET('a','b')": ("a,b", "a,c", ""),
    "JSON": ("{}", "{", "JSON"),
    "BLOB": ("QQ==", "*", "base64"),
    "VARCHAR(9) CHARACTER SET gbk": ("中", "😀", ""),
    "VARCHAR(9) CHARACTER SET ascii": ("a", "é", ""),
    "VECTOR(3)": ([1, 2, 3], [1, 2], "VECTOR(3)"),
    "YEAR": (2000, 1800, ""),
    "BIT(3)": (7, 9, ""),
    "FLOAT": (1.5, 1e39, ""),
    "DOUBLE": (1.5, "1e400", ""),
}
NAMELESS = {"JSON", "VECTOR(3)"}  # TiDB doesn't say which column it was.


@pytest.mark.parametrize("operation, further", [
    ("INSERT", 0), ("UPSERT", 0), ("UPDATE", 0), ("INSERT", 3000), ("UPSERT", 3000)])
def test_bad_values(operation, further, table):
    columns = {f"c{i}": column for i, column in enumerate(VALUES)}
    table.sql("CREATE TABLE t (id INT PRIMARY KEY, "
              + ", ".join(f"{name} {column}" for name, column in columns.items()) + ")")
    good = {name: VALUES[column][0] for name, column in columns.items()}
    # Each column's bad value in a row between good ones.
    records, bad = [], {}
    for name, column in columns.items():
        records += [good, good | {name: VALUES[column][1]}]
        bad[len(records) - 1] = name, column
    records += [good] * further
    records = [{"id": n} | record for n, record in enumerate(records)]

    if operation == "UPDATE":
        table.sql("INSERT INTO t (id, c11) VALUES "
                  + ", ".join(f"({n}, 1)" for n in range(len(records))))
    messages = refused(table.write(operation, "t", records, ["id"]), len(records))
    assert set(messages) == set(bad), messages
    for n, (name, column) in bad.items():
        assert VALUES[column][2] in messages[n], (column, messages[n])
        assert column in NAMELESS or f"'{name}'" in messages[n], (column, messages[n])
    stored = {row[0] for row in table.sql("SELECT id FROM t WHERE c0 = 'ok'")}
    assert stored == set(range(len(records))) - set(bad)

    changed = [record | {"c0": "new"} for record in records]
    answer = table.write(operation, "t", changed, ["id"], allOrNone=True)
    assert answer["isSuccess"] is False
    assert table.sql("SELECT COUNT(*) FROM t WHERE c0 = 'new'") == ((0,),)


def test_one_bad_value_in_a_large_request(table):
    """The way that large requests take must not bend it into a good one."""
    for number, (column, (good, bad, _)) in enumerate(VALUES.items()):
        t = f"t{number}"
        table.sql(f"CREATE TABLE {t} (id INT PRIMARY KEY, v {column})")
        records = [{"id": n, "v": bad if n == 377 else good} for n in range(600)]
        assert set(refused(table.write("UPSERT", t, records, ["id"]), 600)) == {377}, column
        assert ids(table, t) == set(range(600)) - {377}


def test_duplicate_keys_and_broken_constraints(table):
    table.sql("CREATE TABLE parent (id INT PRIMARY KEY)")
    table.sql("INSERT INTO parent VALUES (1)")
    table.sql("SET GLOBAL tidb_enable_check_constraint = ON")
    table.sql("CREATE TABLE t (id INT PRIMARY KEY, mail VARCHAR(99) UNIQUE, up INT, n INT,"
              " FOREIGN KEY (up) REFERENCES parent (id), CHECK (n > 0))")
    table.sql("INSERT INTO t VALUES (7, 'seven', 1, 1), (8, 'eight', 1, 1)")
    good = {"up": 1, "n": 1}
    bad = {3: {"id": 7, "mail": "x"}, 4: {"mail": "eight"}, 5: {"up": 2}, 6: {"n": 0}}
    for operation, keys in [("INSERT", {3: "exists already", 4: "mail", 5: "does not exist", 6: "check"}),
                            ("UPSERT", {4: "mail", 5: "does not exist", 6: "check"})]:
        start = 100 if operation == "INSERT" else 200
        records = [{"id": start + n, "mail": f"{start + n}"} | good | bad.get(n, {})
                   for n in range(20)]
        messages = refused(table.write(operation, "t", records, ["id"]), 20)
        assert {n: keys[n] in messages.get(n, "") for n in keys} == dict.fromkeys(keys, True), messages
        assert set(messages) == set(keys)
        assert len([n for n in ids(table) if n >= start]) == 20 - len(bad)
    assert table.sql("SELECT mail FROM t WHERE id = 7") == (("x",),)  # By the upsert.


def test_explicit_values_for_auto_random(table):
    table.sql("CREATE TABLE t (id BIGINT AUTO_RANDOM(5, 54) PRIMARY KEY, v INT)")
    messages = refused(table.write("INSERT", "t", [{"v": 1}, {"id": 5, "v": 2}, {"v": 3}]), 3)
    assert set(messages) == {1} and "AUTO_RANDOM" in messages[1]
    assert {row[0] for row in table.sql("SELECT v FROM t")} == {1, 3}


def test_rows_that_are_too_large(touchy_table):
    table = touchy_table
    table.sql("CREATE TABLE t (id INT PRIMARY KEY, v LONGTEXT)")
    with setting(table, tidb_txn_entry_size_limit=100_000):
        records = [{"id": n, "v": RECORD_CANARY * (10_000 if n == 5 else 10)} for n in range(20)]
        for operation in ("INSERT", "UPSERT"):
            messages = refused(table.write(operation, "t", records, ["id"]), 20)
            assert set(messages) == {5} and "large" in messages[5]
            assert ids(table) == set(range(20)) - {5}
            table.sql("DELETE FROM t")


def test_transactions_that_are_too_large_are_divided(touchy_table):
    table = touchy_table
    table.sql("CREATE TABLE t (id INT PRIMARY KEY, v LONGTEXT)")
    records = [{"id": n, "v": "x" * 100_000} for n in range(30)]
    for operation in ("INSERT", "UPSERT", "UPDATE", "UPSERT"):
        assert refused(table.write(operation, "t", records, ["id"]), 30) == {}, operation
        assert ids(table) == set(range(30))
    answer = table.write("UPSERT", "t", [r | {"v": "y" * 100_000} for r in records], ["id"],
                         allOrNone=True)
    assert answer["isSuccess"] is False
    assert "too large" in readable(answer["errorDetails"]["errorMessage"])
    assert table.sql("SELECT COUNT(*) FROM t WHERE v LIKE 'y%'") == ((0,),)
    # One alone that is too large.
    records[7]["v"] = "z" * 1_100_000
    assert set(refused(table.write("UPSERT", "t", records, ["id"]), 30)) == {7}
    table.write("DELETE", "t", records, ["id"])
    assert ids(table) == set()


def test_a_memory_quota_divides_too(touchy_table):
    table = touchy_table
    table.sql("CREATE TABLE t (id INT PRIMARY KEY, v LONGTEXT)")
    with setting(table, tidb_mem_quota_query=1_000_000, tidb_mem_oom_action="CANCEL"):
        records = [{"id": n, "v": "x" * 20_000} for n in range(40)]
        for operation in ("INSERT", "UPSERT", "UPDATE"):
            assert refused(table.write(operation, "t", records, ["id"]), 40) == {}, operation
        assert len(table.query("t", maxResults=5)) == 40


def test_packets_that_are_too_large(touchy_table):
    table = touchy_table
    table.sql("CREATE TABLE t (id INT PRIMARY KEY, v LONGTEXT)")
    with setting(table, max_allowed_packet=65_536):
        records = [{"id": n, "v": "x" * (100_000 if n == 5 else 5_000)} for n in range(40)]
        for operation in ("INSERT", "UPSERT", "UPDATE"):
            if operation == "UPDATE":
                table.write("UPSERT", "t", [r | {"v": "y"} for r in records], ["id"])
            messages = refused(table.write(operation, "t", records, ["id"]), 40)
            assert set(messages) == {5}, (operation, messages)


# ---- Others who write ----

def test_a_lock_that_is_let_go_is_waited_for(touchy_table):
    table = touchy_table
    table.sql("CREATE TABLE t (id INT PRIMARY KEY, v INT)")
    table.sql("INSERT INTO t VALUES (1, 1)")
    with setting(table, innodb_lock_wait_timeout=1), other_transaction(table) as other:
        other("UPDATE t SET v = 2 WHERE id = 1")
        threading.Timer(1.8, other.commit).start()
        for operation in ("UPSERT", "UPDATE", "DELETE"):
            assert refused(table.write(operation, "t", [{"id": 1, "v": 3}, {"id": 2, "v": 3}][:1],
                                       ["id"]), 1) == {}
    assert ids(table) == set()


def test_a_lock_that_is_kept_ends_in_time(touchy_table):
    table = touchy_table
    table.sql("CREATE TABLE t (id INT PRIMARY KEY, v INT)")
    table.sql("INSERT INTO t VALUES (1, 1)")
    with setting(table, innodb_lock_wait_timeout=1), other_transaction(table) as other:
        other("UPDATE t SET v = 2 WHERE id = 1")
        begin = time.monotonic()
        answer = table.ask("WriteData", seconds=5, entityIdentifier="t", operation="UPSERT",
                           idFieldNames=["id"], records=['{"id":1,"v":3}', '{"id":2,"v":3}'])
        assert time.monotonic() - begin < 5
        assert answer["isSuccess"] is False
        assert answer["errorDetails"]["errorCode"] in ("ServiceUnavailable", "RequestTimeout",
                                                       "PartialWriteFailure"), answer
        readable(answer["errorDetails"]["errorMessage"])
        other.commit()
    # A statement that was left waiting may get its lock yet: after a timeout the outcome is unknown.
    is_unknown = answer["errorDetails"]["errorCode"] == "RequestTimeout"
    assert table.sql("SELECT v FROM t WHERE id = 1")[0][0] in ((2, 3) if is_unknown else (2,))


@contextlib.contextmanager
def other_transaction(table):
    with table.sql.tidb.connect(table.sql.database) as connection, connection.cursor() as cursor:
        def execute(sql):
            cursor.execute(sql)
        execute.commit = connection.commit
        execute("BEGIN PESSIMISTIC")
        yield execute


@pytest.mark.parametrize("mode", ["pessimistic", "optimistic"])
def test_deadlocks_and_conflicts_lose_nothing(mode, touchy_table, connect):
    """Two functions and a script change the same rows in opposite orders."""
    table, sql = touchy_table, touchy_table.sql
    sql("CREATE TABLE t (id INT PRIMARY KEY, a INT, b INT, script INT, other VARCHAR(20) UNIQUE)")
    numbers = list(range(60))
    sql("INSERT INTO t VALUES " + ",".join(f"({n}, 0, 0, 0, 'o{n}')" for n in numbers))
    stopped, failures = threading.Event(), []

    def run(work):
        try:
            while not stopped.is_set():
                work()
        except Exception as failure:  # The thread's own: shown by the test.
            failures.append(failure)

    def script():
        try:
            with other_transaction(table) as other:
                for n in reversed(numbers[::3]):
                    other(f"UPDATE t SET script = script + 1 WHERE id = {n}")
                other.commit()
        except pymysql.err.OperationalError as error:
            assert error.args[0] in (1213, 9007, 1205), error

    with setting(table, tidb_txn_mode=mode):
        second = connect(sql.tidb, sql.database)
        thread = threading.Thread(target=run, args=(script,))
        thread.start()
        try:
            for step in range(1, 8):
                answers = {}

                def write(name, connection, order):
                    answers[name] = connection.write(
                        "UPSERT" if step % 2 else "UPDATE", "t",
                        [{"id": n, name: step} for n in order], ["id"], allOrNone=step % 3 == 0)
                both = [threading.Thread(target=write, args=("a", table, numbers)),
                        threading.Thread(target=write, args=("b", second, numbers[::-1]))]
                for each in both:
                    each.start()
                for each in both:
                    each.join()
                for name in "ab":
                    assert refused(answers[name], 60) == {}
                assert set(sql("SELECT a, b FROM t")) == {(step, step)}
        finally:
            stopped.set()
            thread.join()
    assert not failures
    assert sql("SELECT COUNT(*) FROM t WHERE other = CONCAT('o', id)") == ((60,),)


# ---- Tables that change ----

def test_a_table_may_change_under_writes_and_reads(table, connect):
    table.sql("CREATE TABLE t (id INT PRIMARY KEY, v VARCHAR(20), w INT)")
    reader = connect(table.sql.tidb, table.sql.database)
    answers, pages, stopped, failures = [], [], threading.Event(), []

    def write():
        try:
            while not stopped.is_set():
                first = len(answers) * 50
                answers.append(table.write("UPSERT", "t", [
                    {"id": n, "v": f"v{n}"} for n in range(first, first + 50)], ["id"]))
        except Exception as failure:  # The thread's own: shown by the test.
            failures.append(failure)

    def read():
        try:
            while not stopped.is_set():
                answer = reader.ask("QueryData", entityIdentifier="t", selectedFieldNames=["id", "v"])
                pages.append(answer)
        except Exception as failure:  # The thread's own: shown by the test.
            failures.append(failure)

    threads = [threading.Thread(target=write), threading.Thread(target=read)]
    for thread in threads:
        thread.start()
    for statement in ["ADD COLUMN x INT NOT NULL DEFAULT 3", "ADD UNIQUE KEY u (v)", "DROP INDEX u",
                      "DROP COLUMN w", "ADD COLUMN y VARCHAR(9) AS (CONCAT('y', id))",
                      "MODIFY COLUMN v VARCHAR(30)", "DROP COLUMN x"]:
        begun = len(answers)
        wait_until(lambda: len(answers) > begun + 1 or failures, 20, "answers")
        table.sql(f"ALTER TABLE t {statement}")
    begun = len(answers)
    wait_until(lambda: len(answers) > begun + 1 or failures, 20, "answers")
    stopped.set()
    for thread in threads:
        thread.join()
    assert not failures
    for answer in answers:
        assert refused(answer, 50) == {}
    assert ids(table) == set(range(len(answers) * 50))
    for page in pages:
        if not page["isSuccess"]:
            readable(page["errorDetails"]["errorMessage"])
    assert pages[-1]["isSuccess"] is True


def test_a_column_that_was_made_wider_takes_more(table):
    table.sql("CREATE TABLE t (id INT PRIMARY KEY, v VARCHAR(3))")
    assert set(refused(table.write("UPSERT", "t", [{"id": 1, "v": "four"}], ["id"]), 1)) == {0}
    table.sql("ALTER TABLE t MODIFY COLUMN v VARCHAR(4)")
    assert refused(table.write("UPSERT", "t", [{"id": 1, "v": "four"}], ["id"]), 1) == {}
    table.sql("ALTER TABLE t ADD COLUMN w INT")
    assert refused(table.write("UPSERT", "t", [{"id": 1, "w": 5}], ["id"]), 1) == {}
    assert table.query("t", selectedFieldNames=["w"]) == [{"w": 5}]


def test_a_mapped_column_that_is_dropped(table):
    table.sql("CREATE TABLE t (id INT PRIMARY KEY, v INT)")
    assert refused(table.write("UPSERT", "t", [{"id": 1, "v": 1}], ["id"]), 1) == {}
    _, token = table.page("t", maxResults=1)
    table.sql("ALTER TABLE t DROP COLUMN v")
    for operation in ("INSERT", "UPSERT", "UPDATE"):
        answer = table.write(operation, "t", [{"id": 2, "v": 1}], ["id"])
        assert answer["isSuccess"] is False
        assert "'v'" in json.dumps(answer), answer
    answer = table.ask("QueryData", entityIdentifier="t", selectedFieldNames=["id", "v"])
    assert answer["errorDetails"]["errorCode"] == "InvalidArgument"
    assert ids(table) == {1}


def test_a_table_that_is_dropped_and_made_again(table):
    table.sql("CREATE TABLE t (id INT PRIMARY KEY, v INT)")
    records = [{"id": n, "v": n} for n in range(10)]
    assert refused(table.write("UPSERT", "t", records, ["id"]), 10) == {}
    first, token = table.page("t", maxResults=3)
    table.sql("DROP TABLE t")
    for message, members in [("QueryData", {}), ("RetrieveData", {"ids": ["1"]}),
                             ("WriteData", {"operation": "INSERT", "records": ['{"id":1}']})]:
        answer = table.ask(message, entityIdentifier="t", **members)
        assert answer["errorDetails"]["errorCode"] == "ResourceNotFoundError", (message, answer)
        readable(answer["errorDetails"]["errorMessage"])
    table.sql("CREATE TABLE t (v VARCHAR(20), id INT, other INT, PRIMARY KEY (v))")
    assert refused(table.write("UPSERT", "t", [{"id": 1, "v": "é"}], ["v"]), 1) == {}
    answer = table.ask("QueryData", entityIdentifier="t", nextToken=token, maxResults=3)
    assert not answer["isSuccess"] or not answer["records"]


# ---- Rights ----

def test_rights_that_are_taken_away(table):
    sql = table.sql
    user = f"{sql.database[-20:]}_u"
    sql("CREATE TABLE t (id INT PRIMARY KEY, v INT)")
    sql("CREATE USER %s IDENTIFIED BY %s", user, TIDB_PASSWORD)
    table.function.secrets[table.arn] |= {"username": user}
    sql(f"GRANT SELECT, INSERT, UPDATE, DELETE ON `{sql.database}`.* TO %s", user)
    try:
        records = [{"id": n, "v": 1} for n in range(5)]
        assert refused(table.write("UPSERT", "t", records, ["id"]), 5) == {}
        sql(f"REVOKE INSERT, UPDATE, DELETE ON `{sql.database}`.* FROM %s", user)
        for operation in ("INSERT", "UPSERT", "UPDATE", "DELETE"):
            answer = table.write(operation, "t", [{"id": n + 3, "v": 2} for n in range(5)], ["id"])
            assert answer["errorDetails"]["errorCode"] == "AccessDenied", (operation, answer)
            readable(answer["errorDetails"]["errorMessage"])
        assert len(table.query("t")) == 5
        sql(f"REVOKE SELECT ON `{sql.database}`.* FROM %s", user)
        for message in ("QueryData", "DescribeEntity"):
            answer = table.ask(message, entityIdentifier="t")
            assert answer["errorDetails"]["errorCode"] in ("AccessDenied", "ResourceNotFoundError")
        assert sql("SELECT SUM(v), COUNT(*) FROM t") == ((5, 5),)
    finally:
        sql("DROP USER %s", user)


def test_a_password_that_is_changed(table, tidb):
    sql = table.sql
    user = f"{sql.database[-20:]}_p"
    sql("CREATE TABLE t (id INT PRIMARY KEY)")
    sql("CREATE USER %s IDENTIFIED BY %s", user, TIDB_PASSWORD)
    sql(f"GRANT ALL ON `{sql.database}`.* TO %s", user)
    secret = table.function.secrets[table.arn]
    secret |= {"username": user}
    try:
        assert table.query("t") == []
        sql("ALTER USER %s IDENTIFIED BY %s", user, TIDB_PASSWORD + "2")
        assert (table.ask("ValidateCredentials")["errorDetails"]["errorCode"]
                == "InvalidCredentials")
        secret |= {"password": TIDB_PASSWORD + "2"}
        assert table.ask("ValidateCredentials")["isSuccess"] is True
        # Where the new one is in the secret already, a request of a warm function succeeds.
        sql("ALTER USER %s IDENTIFIED BY %s", user, TIDB_PASSWORD + "3")
        secret |= {"password": TIDB_PASSWORD + "3"}
        for number, in sql("SELECT id FROM information_schema.processlist WHERE user = %s", user):
            sql(f"KILL TIDB {number}")
        time.sleep(0.5)  # TiDB closes a connection a moment after it was told to.
        assert refused(table.write("INSERT", "t", [{"id": 1}]), 1) == {}
        assert table.query("t") == [{"id": 1}]
    finally:
        sql("DROP USER %s", user)


def test_a_cluster_that_is_read_only(touchy_table):
    table = touchy_table
    table.sql("CREATE TABLE t (id INT PRIMARY KEY)")
    table.sql("INSERT INTO t VALUES (1)")
    table.sql("SET GLOBAL tidb_restricted_read_only = ON")
    try:
        for operation in ("INSERT", "UPSERT", "DELETE"):
            answer = table.write(operation, "t", [{"id": 1}, {"id": 2}], ["id"])
            assert answer["isSuccess"] is False
            assert "read" in readable(answer["errorDetails"]["errorMessage"]), answer
        assert table.query("t") == [{"id": 1}]
    finally:
        table.sql("SET GLOBAL tidb_restricted_read_only = OFF")
        table.sql("SET GLOBAL tidb_super_read_only = OFF")
    assert ids(table) == {1}
    assert refused(table.write("INSERT", "t", [{"id": 2}]), 1) == {}
