"""Random flows over random records: what a flow writes is what DuckDB answers to the same question
in SQL, which knows nothing of this code. A filter NOT_EQUAL_TO finds nulls, too, and takes text that
is no such value for one (docs/decisions/0018-null-in-filters.md)."""

import decimal
import json
import random

import duckdb
import pytest

from harness import s3_flows
from test_golden import files_below

FLOWS, RECORDS = 40, 400

TEXTS = ["", "a", "A", "Zoë", "e\u0301", "日本語", "👩‍👩‍👧", "two\nlines", 'say "hi"', " lead", "a,b",
         "100%", "x_y", "\\", "'", "null", "longer text that goes on for a while"]
NUMBERS = ["0", "0.00", "-0", "1", "-1", "12.50", "-7.125", "99999999999999999999.99", "3", "1000000"]
NO_NUMBERS = ["1,5", "abc", "0x10", "--1"]
DAYS = ["2023-12-31", "2024-01-01", "2024-02-29", "1969-12-31", "2038-01-19"]

# Text that DuckDB and JSON both call a number.
NUMBER = r"'^-?(0|[1-9][0-9]*)(\.[0-9]+)?$'"


def quoted(text):
    return "'" + text.replace("'", "''") + "'"


def as_number(column):
    return f"CASE WHEN regexp_matches({column}, {NUMBER}) THEN CAST({column} AS DECIMAL(38, 6)) END"


class RandomFlow:
    """Tasks, and the same as SQL over a table `records` of text columns."""

    def __init__(self, rng):
        self.rng = rng
        self.tasks, self.where, self.refused = [], [], []
        self.columns = {name: name for name in ("id", "text", "other", "number", "amount", "day")}
        self.outputs = {}
        self.task("Filter", [*self.columns], "PROJECTION")
        for step in (self.filters, self.validations, self.changes, self.computations):
            step()
        for name in self.columns:
            self.map(name, f"out_{name}")
        rng.shuffle(self.tasks)

    def task(self, kind, fields, operator="NO_OP", destination=None, **properties):
        task = {"taskType": kind, "sourceFields": fields, "connectorOperator": {"S3": operator}}
        if destination:
            task["destinationField"] = destination
        if properties:
            task["taskProperties"] = properties
        self.tasks.append(task)

    def map(self, field, destination):
        self.task("Map", [field], destination=destination)
        self.outputs[destination] = self.columns.get(field, field)

    def filters(self):
        comparisons = {"EQUAL_TO": "=", "NOT_EQUAL_TO": "IS DISTINCT FROM", "LESS_THAN": "<",
                       "LESS_THAN_OR_EQUAL_TO": "<=", "GREATER_THAN": ">",
                       "GREATER_THAN_OR_EQUAL_TO": ">="}
        for kind in self.rng.sample(["text", "number", "day", "list"], self.rng.randint(0, 2)):
            operator = self.rng.choice([*comparisons])
            sign = comparisons[operator]
            if kind == "text":
                value = self.rng.choice([text for text in TEXTS if text])
                if "," in value:
                    continue
                self.task("Filter", ["text"], operator, DATA_TYPE="string", VALUE=value)
                self.where.append(f"text {sign} {quoted(value)}")
            elif kind == "number":
                value = self.rng.choice(NUMBERS)
                self.task("Filter", ["number"], operator, DATA_TYPE="double", VALUE=value)
                self.where.append(f"({as_number('number')}) {sign} {value}")
            elif kind == "day":
                low, high = sorted(self.rng.sample(DAYS, 2))
                self.task("Filter", ["day"], "BETWEEN", DATA_TYPE="date", LOWER_BOUND=low,
                          UPPER_BOUND=high)
                self.where.append(f"TRY_CAST(day AS DATE) BETWEEN DATE {quoted(low)}"
                                  f" AND DATE {quoted(high)}")
            else:
                values = [text for text in self.rng.sample(TEXTS, 3) if text and "," not in text]
                negated = self.rng.random() < .5
                self.task("Filter", ["other"], "NOT_EQUAL_TO" if negated else "EQUAL_TO",
                          DATA_TYPE="string", VALUES=",".join(values))
                listed = f"other IN ({', '.join(map(quoted, values))})"
                self.where.append(f"COALESCE(NOT ({listed}), true)" if negated else listed)

    def validations(self):
        number = as_number("number")
        wanted = {
            "VALIDATE_NON_NULL": ("other", "other IS NOT NULL AND other <> ''"),
            "VALIDATE_NUMERIC": ("number", f"number IS NULL OR ({number}) IS NOT NULL"),
            "VALIDATE_NON_ZERO": ("number", f"number IS NULL OR COALESCE(({number}) <> 0, false)"),
            "VALIDATE_NON_NEGATIVE": (
                "number", f"number IS NULL OR COALESCE(({number}) >= 0, false)"),
        }
        for operator in self.rng.sample([*wanted], self.rng.randint(0, 2)):
            field, condition = wanted[operator]
            self.task("Validate", [field], operator, VALIDATION_ACTION="DropRecord")
            self.where.append(condition)

    def changes(self):
        for field in self.rng.sample(["text", "other"], self.rng.randint(0, 2)):
            before, length = self.columns[field], self.rng.choice([1, 2, 5, 300])
            mask = self.rng.choice(["*", "é", "#"])
            operator = self.rng.choice(["MASK_ALL", "MASK_FIRST_N", "MASK_LAST_N", "TRUNCATE"])
            if operator == "TRUNCATE":
                self.task("Truncate", [field], TRUNCATE_LENGTH=str(length))
                after = f"substring({before}, 1, {length})"
            else:
                self.task("Mask", [field], operator, MASK_LENGTH=str(length), MASK_VALUE=mask)
                count = f"length({before})" if operator == "MASK_ALL" \
                    else f"least({length}, length({before}))"
                masked, rest = f"repeat({quoted(mask)}, {count})", f"length({before}) - {count}"
                after = {"MASK_ALL": masked,
                         "MASK_FIRST_N": f"{masked} || substring({before}, {count} + 1)",
                         "MASK_LAST_N": f"substring({before}, 1, {rest}) || {masked}"}[operator]
            self.columns[field] = f"({after})"

    def computations(self):
        if self.rng.random() < .5:
            self.task("Merge", ["text", "other"], destination="text,other",
                      CONCAT_FORMAT="<${other}|${text}>")
            parts = {name: f"COALESCE({self.columns[name]}, '')" for name in ("text", "other")}
            self.columns["text,other"] = f"'<' || {parts['other']} || '|' || {parts['text']} || '>'"
            self.map("text,other", "merged")
            del self.columns["text,other"]
        if self.rng.random() < .6:
            operator, sign = self.rng.choice(
                [("ADDITION", "+"), ("SUBTRACTION", "-"), ("MULTIPLICATION", "*")])
            self.task("Arithmetic", ["number", "amount"], operator, "number,amount",
                      MATH_OPERATION_FIELDS_ORDER="number,amount")
            self.task("Map", ["number,amount"], destination="computed")
            self.outputs["computed"] = (f"CAST(({as_number('number')}) AS DECIMAL(38, 6)) {sign}"
                                        f" CAST(amount AS DECIMAL(9, 2))")
            self.refused.append(f"number IS NOT NULL AND ({as_number('number')}) IS NULL"
                                " AND amount IS NOT NULL")

    def question(self):
        where = " AND ".join(f"({condition})" for condition in self.where) or "true"
        refused = " OR ".join(f"({condition})" for condition in self.refused) or "false"
        columns = ", ".join(f"{sql} AS {name}" for name, sql in self.outputs.items())
        return (f"SELECT {columns} FROM records WHERE {where} AND NOT ({refused})",
                f"SELECT count(*) FROM records WHERE {where} AND ({refused})")


def random_records(rng):
    def maybe(value):
        return None if rng.random() < .08 else value
    for number in range(RECORDS):
        # One record in twelve has something that is no number; those few must be refused or not
        # match, and harm nobody else.
        yield (str(number), maybe(rng.choice(TEXTS)), maybe(rng.choice(TEXTS)),
               maybe(rng.choice(NO_NUMBERS if rng.random() < .08 else NUMBERS[:7] + ["3", "1000"])),
               maybe(rng.choice(["2", "-0.50", "10.25"])), maybe(rng.choice([*DAYS, "no day"])))


def write_csv(path, records):
    """Null is nothing at all; an empty text is in quotes."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with open(path, "w", newline="", encoding="utf-8") as file:
        file.write("id,text,other,number,amount,day\n")
        for record in records:
            file.write(",".join("" if value is None else '"' + value.replace('"', '""') + '"'
                                for value in record) + "\n")


@pytest.fixture(scope="module")
def service(service_on_folders):
    return service_on_folders


def comparable(value):
    """Numbers by their value, everything else as it is."""
    if value is None:
        return None
    try:
        return str(decimal.Decimal(str(value)).normalize())
    except decimal.InvalidOperation:
        return str(value)


@pytest.mark.parametrize("seed", range(FLOWS))
def test_a_random_flow_answers_as_duckdb_does(appflow, buckets, seed):
    rng = random.Random(seed)
    flow, name = RandomFlow(rng), f"random-{seed}"
    records = list(random_records(rng))
    write_csv(buckets / f"source-{seed}" / "records" / "part-1.csv", records[:RECORDS // 3])
    write_csv(buckets / f"source-{seed}" / "records" / "part-2.csv", records[RECORDS // 3:])
    (buckets / f"target-{seed}").mkdir()

    database = duckdb.connect()
    database.execute("CREATE TABLE records (id VARCHAR, text VARCHAR, other VARCHAR,"
                     " number VARCHAR, amount VARCHAR, day VARCHAR)")
    database.executemany("INSERT INTO records VALUES (?, ?, ?, ?, ?, ?)", records)
    rows, refused = flow.question()
    expected = [tuple(map(comparable, row)) for row in database.execute(rows).fetchall()]
    (expected_refused,) = database.execute(refused).fetchone()

    s3_flows.create(appflow, name, s3_flows.source(f"source-{seed}", "records"),
                    s3_flows.destination(f"target-{seed}", fileType="JSON"), flow.tasks)
    result = s3_flows.run(appflow, name)["executionResult"]

    assert result.get("errorInfo", {}).get("putFailuresCount", 0) == expected_refused, flow.tasks
    written = []
    for file in files_below(buckets / f"target-{seed}"):
        for line in file.read_text().splitlines():
            values = json.loads(line, parse_float=decimal.Decimal)
            written.append(tuple(comparable(values[name]) for name in flow.outputs))
    assert sorted(written, key=repr) == sorted(expected, key=repr), flow.tasks
