"""What is written is what is read: any value, in any column, of any table.

Each seed is a table of its own. SLUICE_PROPERTY_TABLES=1000 tries that many instead of a few.
"""

import os
import random
import re
from decimal import Decimal

import pytest

from harness.tidb_values import any_kind, every_kind, integer, key_kind

TABLES = int(os.environ.get("SLUICE_PROPERTY_TABLES", 8))
ODD_NAMES = ["é", "select", "a b", "odd`name", "quo'te", 'dou"ble', "back\\slash", "per%cent", "日本"]
ROWS = 12
LARGE = 1500


class RandomTable:
    """A table, and the rows that should be in it, by row_no."""

    def __init__(self, rng, sql, kinds, key_form=None, is_made=True):
        self.rng, self.sql, self.is_made = rng, sql, is_made
        self.key_form = key_form or rng.choice(["none", "unique", "primary", "primary", "composite",
                                                "AUTO_INCREMENT", "AUTO_RANDOM"])
        keys = {"none": 0, "unique": 1, "primary": 1, "composite": rng.randint(2, 3)}
        self.keys = {f"k{i}": key_kind(rng) for i in range(keys.get(self.key_form, 0))}
        self.numbered = self.key_form.startswith("AUTO_")
        self.columns = {rng.choice(ODD_NAMES) + str(i) if rng.random() < 0.4 else f"c{i}": kind
                        for i, kind in enumerate(kinds)}
        self.nullable = {name for name in self.columns if rng.random() < 0.6}
        self.rows = {}
        sql(self.ddl())

    def ddl(self):
        name = self._quoted
        lines = ["row_no INT NOT NULL" + (" PRIMARY KEY" if self.key_form == "row_no" else "")]
        lines += [f"{name(key)} {kind.ddl} NOT NULL" for key, kind in self.keys.items()]
        lines += [f"{name(column)} {kind.ddl} {'NULL' if column in self.nullable else 'NOT NULL'}"
                  for column, kind in self.columns.items()]
        lines += ["with_default VARCHAR(9) NOT NULL DEFAULT 'é''x'"]
        if self.is_made:
            form = self.rng.choice(["STORED", "VIRTUAL"])
            lines += [f"made VARCHAR(20) AS (CONCAT('n', row_no)) {form}"]
        clustered = self.rng.choice(["CLUSTERED", "NONCLUSTERED"])
        if self.key_form == "AUTO_INCREMENT":
            lines += [f"id BIGINT UNSIGNED AUTO_INCREMENT PRIMARY KEY {clustered}"]
        elif self.key_form == "AUTO_RANDOM":
            lines += ["id BIGINT AUTO_RANDOM(5, 54) PRIMARY KEY CLUSTERED"]
        elif self.keys:
            form = "UNIQUE KEY" if self.key_form == "unique" else "PRIMARY KEY"
            columns = ", ".join(map(name, self.keys))
            lines += [f"{form} ({columns}) {clustered if 'PRIMARY' in form else ''}"]
        self.rng.shuffle(lines)
        return "CREATE TABLE t (" + ",\n".join(lines) + ")"

    @staticmethod
    def _quoted(name):
        return "`" + name.replace("`", "``") + "`"

    def id_fields(self):
        return {"row_no": ["row_no"], "AUTO_INCREMENT": ["id"], "AUTO_RANDOM": ["id"]}.get(
            self.key_form, list(self.keys))

    # ---- Writing ----

    def new_record(self, row_no, every_column=False):
        row = {"row_no": row_no}
        row |= {key: kind.distinct(self.rng, row_no) for key, kind in self.keys.items()}
        row |= {column: self._value(column) for column in self.columns}
        if row_no == 0:
            row |= {column: None for column in self.nullable}
        row["with_default"] = "é'x"
        left_out = {column for column in self.nullable if not every_column
                    and row[column] is None and self.rng.random() < 0.5}
        row |= {name: value for name, value in self.rows.get(row_no, {}).items() if name in left_out}
        self.rows[row_no] = row
        default = self.rng.choice([{"with_default": None}, {"with_default": "é'x"},
                                   {"with_default": None} if every_column else {}])
        return self._record({name: value for name, value in row.items()
                             if name not in left_out and name != "with_default"}) | default

    def changed_record(self, row_no, share=0.6):
        row = self.rows[row_no]
        changes = {column: self._value(column) for column in self.columns
                   if self.rng.random() < share}
        if self.key_form != "none":
            row |= changes
        # A row that is new to INSERT … ON DUPLICATE KEY UPDATE needs these.
        changes |= {name: row[name] for name in ("row_no", *self.id_fields())}
        return self._record(changes)

    def _value(self, column):
        if column in self.nullable and self.rng.random() < 0.2:
            return None
        return self.columns[column].make(self.rng)

    def _record(self, row):
        kinds = self.keys | self.columns
        record = {name: kinds[name].to_record(value, self.rng)
                  if name in kinds and value is not None else value for name, value in row.items()}
        members = list(record.items())
        self.rng.shuffle(members)
        return dict(members)

    # ---- Reading ----

    def assert_holds(self, records):
        """`records` are the rows of the table, each once, all columns."""
        assert len(records) == len(self.rows)
        for record in records:
            self.assert_same(record, self.rows[record["row_no"]], "from_record")
            assert not self.is_made or record["made"] == f"n{record['row_no']}"
        assert {record["row_no"] for record in records} == set(self.rows)

    def assert_same(self, read, row, how):
        for name, kind in (self.keys | self.columns).items():
            got = None if read[name] is None else getattr(kind, how)(read[name])
            assert got == row[name], f"{name} {kind.ddl}: read as {read[name]!r}"
        assert read["with_default"] == row["with_default"]

    def assert_tidb_shows_it(self):
        kinds = self.keys | self.columns
        selected = [kind.shown.format(self._quoted(name)) for name, kind in kinds.items()]
        found = self.sql(f"SELECT row_no, with_default, {', '.join(selected)} FROM t")
        assert len(found) == len(self.rows)
        for row_no, with_default, *values in found:
            self.assert_same(dict(zip(kinds, values)) | {"with_default": with_default},
                             self.rows[row_no], "from_sql")


def as_id(value):
    return format(value, "f") if isinstance(value, Decimal) else str(value)


def assert_all_written(answer, count):
    assert answer["isSuccess"] is True, answer
    assert [result["isSuccess"] for result in answer["writeRecordResults"]] == [True] * count


@pytest.mark.parametrize("seed", range(TABLES))
def test_what_is_written_is_what_is_read(seed, sql, connect):
    rng = random.Random(seed)
    table = RandomTable(rng, sql, [any_kind(rng) for _ in range(rng.randint(3, 9))])
    print(table.ddl())
    tidb = connect(sql.tidb, sql.database)

    def check():
        table.assert_tidb_shows_it()
        for page in (rng.choice([1, 2, 5]), 1000):
            table.assert_holds(tidb.query("t", maxResults=page))
        check_retrieve()

    def check_retrieve():
        numbers = rng.sample(sorted(table.rows), len(table.rows))
        found = tidb.retrieve("t", [*map(str, numbers), "999"], idFieldName="row_no")
        assert [record["row_no"] for record in found] == numbers
        table.assert_holds(found)
        if len(table.keys) == 1 or table.numbered:
            key = table.id_fields()[0]
            ids = [as_id(record[key]) for record in found]
            assert tidb.retrieve("t", ids, idFieldName=key) == found

    new = [table.new_record(n) for n in range(ROWS)]
    assert_all_written(tidb.write("INSERT", "t", new), ROWS)
    check()

    fields = rng.sample(list(table.columns), rng.randint(1, len(table.columns)))
    assert all(list(record) == fields for record in tidb.query("t", selectedFieldNames=fields))

    if table.key_form == "none":
        return
    if table.numbered:
        for record in tidb.query("t"):
            table.rows[record["row_no"]]["id"] = record["id"]
    share = rng.choice([0.6, 1])  # Of the columns that are mapped.
    records = [table.changed_record(n, share) for n in range(0, ROWS, 2)]
    records += [] if table.numbered else [table.new_record(n) for n in range(ROWS, ROWS + 3)]
    rng.shuffle(records)
    operation = "UPDATE" if table.numbered else "UPSERT"
    assert_all_written(tidb.write(operation, "t", records, table.id_fields()), len(records))
    check()

    gone = [table.changed_record(n) for n in (1, 2)]
    assert_all_written(tidb.write("DELETE", "t", gone, table.id_fields()), 2)
    del table.rows[1], table.rows[2]
    check()


@pytest.mark.parametrize("seed", range(max(1, TABLES // 8)))
@pytest.mark.parametrize("way", ["all mapped", "some mapped", "LOAD DATA"])
def test_so_are_large_requests(way, seed, sql, connect):
    rng = random.Random(seed)
    kinds = every_kind(rng)
    if way == "LOAD DATA":  # It reads some types in a way of its own, so they must not go through it.
        kinds = [kind for kind in kinds if not re.match("BIT|YEAR|.*BINARY|.*BLOB|VECTOR|.* SET ", kind.ddl)]
    table = RandomTable(rng, sql, kinds, key_form="row_no", is_made=way != "LOAD DATA")
    tidb = connect(sql.tidb, sql.database)

    for rows in (range(LARGE), range(LARGE // 2, LARGE * 3 // 2)):
        records = [table.new_record(n, every_column=way != "some mapped") for n in rows]
        assert_all_written(tidb.write("UPSERT", "t", records, table.id_fields()), LARGE)
        table.assert_tidb_shows_it()
    table.assert_holds(tidb.query("t"))
    inserts = sql("SELECT COUNT(*) FROM information_schema.statements_summary"
                  " WHERE stmt_type = 'Insert' AND schema_name = %s", sql.database)[0][0]
    assert bool(inserts) is (way != "LOAD DATA")


@pytest.mark.parametrize("column, values", [
    ("DATE", ["2024-01-31", "1999-12-31", "2030-06-01"]),
    ("TIME(2)", ["-12:00:00.25", "30:00:00.00", "00:00:00.50"]),
    ("DATETIME(6)", ["2024-01-31T00:00:00.000001Z", "1999-12-31T23:59:59.999999Z",
                     "2030-06-01T00:00:00.000000Z"]),
    ("TIMESTAMP", ["2024-01-31T00:00:00Z", "1999-12-31T23:59:59Z", "2030-06-01T00:00:00Z"])])
def test_rows_are_retrieved_in_the_order_of_their_times(column, values, sql, connect):
    sql(f"CREATE TABLE t (k {column} PRIMARY KEY)")
    tidb = connect(sql.tidb, sql.database)
    assert_all_written(tidb.write("INSERT", "t", [{"k": value} for value in values]), 3)
    assert [record["k"] for record in tidb.retrieve("t", values)] == values


def test_wide_bits_survive_an_upsert(sql, connect):
    """TiDB 8.5's ON DUPLICATE KEY UPDATE b = VALUES(b) turns the bytes of a BIT(57) to BIT(64) round."""
    sql("CREATE TABLE t (id INT PRIMARY KEY, b BIT(64), narrow BIT(57), other INT)")
    tidb = connect(sql.tidb, sql.database)
    for id_, value in enumerate([1, 2**57 - 1, 130]):
        for record in ({"b": 0, "narrow": 0, "other": 0}, {"b": value, "narrow": value, "other": 5},
                       {"b": value + 1}):
            assert_all_written(tidb.write("UPSERT", "t", [{"id": id_} | record], ["id"]), 1)
    assert sql("SELECT id, b + 0, narrow + 0, other FROM t") == (
        (0, 2, 1, 5), (1, 2**57, 2**57 - 1, 5), (2, 131, 130, 5))
