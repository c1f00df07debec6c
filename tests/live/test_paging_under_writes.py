"""All pages of a read show one moment, whatever is written meanwhile and whoever reads them.

The rows of a group follow from its version alone: each step of a writer takes its group to the next
version in one transaction, with rows added, removed and moved to other keys. So a result is right
just when it is the whole of one version of each group, of the time when the read began.
"""

import random
import threading

import pytest

from harness.processes import wait_until

GROUPS, ROWS, PAGE = 3, 30, 17

TABLES = {
    "clustered": "CREATE TABLE t (id BIGINT PRIMARY KEY CLUSTERED, grp INT, version INT, KEY (grp))",
    "nonclustered": "CREATE TABLE t (id VARCHAR(20) PRIMARY KEY NONCLUSTERED, grp INT, version INT, KEY (grp))",
    "composite": "CREATE TABLE t (grp INT, id DECIMAL(30,10), version INT, KEY (grp),"
                 " PRIMARY KEY (id, grp) CLUSTERED)",
    "no key": "CREATE TABLE t (id VARCHAR(20), grp INT, version INT, KEY (grp))",
    "partitioned": "CREATE TABLE t (id BIGINT PRIMARY KEY CLUSTERED, grp INT, version INT, KEY (grp))"
                   " PARTITION BY HASH(id) PARTITIONS 3",
    "view": "CREATE TABLE base (id BIGINT PRIMARY KEY, grp INT, version INT, KEY (grp));"
            "CREATE VIEW t AS SELECT * FROM base",
}


def rows_of(group, version):
    """{(id, group, version)} of one version: some ids stay, some go, some come again."""
    chance = random.Random(group * 1_000_003 + version)
    kept = {i * GROUPS + group for i in range(0, 3 * ROWS, 3) if (i + version) % 7}
    moved = {1_000_000 * chance.randint(-5, 5) + i * GROUPS + group for i in range(ROWS)}
    return {(row_id, group, version) for row_id in kept | moved}


class Writers:
    """Take their groups from version to version until they are stopped."""

    def __init__(self, sql, table):
        self._sql, self._table = sql, table
        self._stopped = threading.Event()
        self.begun, self.committed, self.failure = [0] * GROUPS, [0] * GROUPS, None
        for group in range(GROUPS):
            self._step(group, 0)
        self._threads = [threading.Thread(target=self._write, args=(g,)) for g in range(GROUPS)]

    def __enter__(self):
        for thread in self._threads:
            thread.start()
        wait_until(lambda: min(self.committed) > 0 or self.failure, 20, "the writers")
        return self

    def __exit__(self, *_):
        self._stopped.set()
        for thread in self._threads:
            thread.join()
        assert not self.failure, self.failure

    def _write(self, group):
        version = 0
        try:
            while not self._stopped.wait(0.02):
                version += 1
                self.begun[group] = version
                self._step(group, version)
                self.committed[group] = version
        except Exception as failure:  # The thread's own: shown by the test.
            self.failure = failure
            raise

    def _step(self, group, version):
        rows = ",".join(map(str, rows_of(group, version)))
        with self._sql.connect() as connection, connection.cursor() as cursor:
            cursor.execute("BEGIN")
            cursor.execute(f"DELETE FROM {self._table} WHERE grp = {group}")
            cursor.execute(f"INSERT INTO {self._table} (id, grp, version) VALUES {rows}")
            cursor.execute("COMMIT")


class Read:
    """One QueryData after the other, until the end."""

    def __init__(self, writers, connection, **members):
        self._writers, self.connection, self._members = writers, connection, members
        self.records, self._token = [], None
        self._least = list(writers.committed)
        self.next_page()
        self._most = list(writers.begun)

    def next_page(self):
        """Whether there are more pages."""
        records, self._token = self.connection.page("t", maxResults=PAGE, nextToken=self._token,
                                                     **self._members)
        assert len(records) <= PAGE
        self.records += records
        return bool(self._token)

    def assert_is_one_moment(self, groups=range(GROUPS)):
        rows = [(int(record["id"]), record["grp"], record["version"]) for record in self.records]
        assert {row[1] for row in rows} == set(groups)
        for group in groups:
            found = [row for row in rows if row[1] == group]
            assert len(set(found)) == len(found), "a row came twice"
            versions = {version for _, _, version in found}
            assert len(versions) == 1, f"rows of several moments: {versions}"
            version = versions.pop()
            assert set(found) == rows_of(group, version)
            assert self._least[group] <= version <= self._most[group], "not of the read's begin"


@pytest.fixture(params=TABLES)
def writers(request, sql):
    for statement in TABLES[request.param].split(";"):
        sql(statement)
    sql.connect = lambda: sql.tidb.connect(sql.database)
    with Writers(sql, "base" if request.param == "view" else "t") as writers:
        yield writers


def test_pages_show_one_moment(writers, sql, connect):
    warm = connect(sql.tidb, sql.database)
    other = connect(sql.tidb, sql.database)

    # By one process, which may keep its result open.
    read = Read(writers, warm)
    while read.next_page():
        pass
    read.assert_is_one_moment()

    # By a process that dies after each page.
    read = Read(writers, other)
    other.function.renew()
    while read.next_page():
        other.function.renew()
    read.assert_is_one_moment()

    # By whoever is free, two reads at once, and with filters.
    reads = [Read(writers, warm), Read(writers, warm, filterExpression="not (grp = 02)"),
             Read(writers, other)]
    left = list(reads)
    while left:
        read = random.choice(left)
        read.connection = random.choice([warm, other])
        if not read.next_page():
            left.remove(read)
    reads[0].assert_is_one_moment()
    reads[1].assert_is_one_moment(groups=(0, 1))
    reads[2].assert_is_one_moment()

    # A page that is asked for again is the same.
    (_, first), repeated = warm.page("t", maxResults=PAGE), []
    for connection in (warm, warm, other):
        repeated.append(connection.page("t", maxResults=PAGE, nextToken=first)[0])
    assert repeated[0] == repeated[1] == repeated[2] != []
