"""Values of every type of TiDB, at random, with what each has to look like in a record and in SQL.

Written from TiDB's and AppFlow's documentation, not from our code.
"""

import base64
import dataclasses
import datetime
import json
import re
import struct
from decimal import Context, Decimal
from typing import Any, Callable

_WIDE = Context(prec=100)

_TEXTS = ["", " ", "é", "😀", "NULL", "null", "0", "-1", "'", '"', "`", "\\", "\\'", "%", "_", "a'b\"c`d\\e",
          "\0", "a\0b", "\x01\x1f\x7f", "\r\n\t", "\x1a", "; DROP TABLE t; --", "/* */", "# x", "{}",
          "日本語", "𝒳𐍈", "e\u0301", "\u2028", "\ufeff", "\U0010ffff", "ﬀ", "ß", "İ", "a" * 300]


@dataclasses.dataclass
class Kind:
    """A column type."""
    ddl: str
    make: Callable[[Any], Any]               # A random value, in a form that == compares by value.
    to_record: Callable[[Any, Any], Any]     # The value, and a source of chance, as written.
    from_record: Callable[[Any], Any]        # As read.
    from_sql: Callable[[Any], Any]           # As PyMySQL shows it.
    shown: str = "{}"                        # The SQL that shows it exactly.
    distinct: Callable[[Any, int], Any] | None = None  # For keys: a value that no other n has.


def any_kind(rng):
    return rng.choice(_MAKERS)(rng)


def every_kind(rng):
    return [make(rng) for make in dict.fromkeys(_MAKERS)]


def key_kind(rng):
    """One that has `distinct`."""
    while True:
        kind = rng.choice(_KEY_MAKERS)(rng)
        if kind.distinct:
            return kind


# ---- Numbers ----

def _exactly(kind):
    def check(value):
        assert type(value) is kind, f"{value!r} is no {kind.__name__}"
        return value
    return check


def _number_or_text(value, rng):
    return rng.choice([value, value, str(value)])


def integer(rng):
    name, bits = rng.choice([("TINYINT", 8), ("SMALLINT", 16), ("MEDIUMINT", 24), ("INT", 32),
                             ("BIGINT", 64)])
    unsigned = rng.random() < 0.4
    least, most = (0, 2**bits - 1) if unsigned else (-2**(bits - 1), 2**(bits - 1) - 1)
    edges = [least, most, 0, 1, most - 1, least + 1, most // 10]
    zerofill = unsigned and rng.random() < 0.2
    return Kind(name + (" UNSIGNED" if unsigned else "") + (" ZEROFILL" if zerofill else ""),
                lambda rng: rng.choice([*edges, rng.randint(least, most)]), _number_or_text,
                _exactly(int), int,
                distinct=lambda rng, n: rng.choice([least + n, most - n]) if n < 60 else n)


def boolean(rng):
    def to_record(value, rng):
        return rng.choice([value, value, int(value), str(value).lower(), str(int(value))])
    bit = rng.random() < 0.3
    return Kind("BIT(1)" if bit else rng.choice(["TINYINT(1)", "BOOLEAN"]),
                lambda rng: rng.random() < 0.5, to_record, _exactly(bool),
                (lambda value: value == b"\1") if bit else bool)


def bit(rng):
    bits = rng.choice([2, 8, 9, 33, 56, 63, 64])
    return Kind(f"BIT({bits})",
                lambda rng: rng.choice([0, 1, 2**bits - 1, 2**(bits - 1), rng.getrandbits(bits)]),
                _number_or_text, _exactly(int), lambda value: int.from_bytes(value, "big"))


def year(_):
    return Kind("YEAR", lambda rng: rng.choice([1901, 2155, 1999, rng.randint(1901, 2155)]),
                _number_or_text, _exactly(int), int)


def decimal(rng):
    precision, scale = rng.choice([(65, 30), (65, 0), (30, 30), (10, 2), (1, 0), (18, 6), (38, 9)])
    unsigned = rng.random() < 0.2
    most = Decimal("9" * precision).scaleb(-scale, _WIDE)

    def make(rng):
        digits = rng.randint(1, precision)
        value = rng.choice([most, Decimal(0), Decimal(1).scaleb(-scale), most.copy_negate(),
                            Decimal(rng.randint(-10**digits + 1, 10**digits - 1)).scaleb(-scale, _WIDE)])
        return value.copy_abs() if unsigned else value

    def from_record(value):
        assert type(value) in (int, Decimal), value
        return Decimal(value)
    return Kind(f"DECIMAL({precision},{scale})" + (" UNSIGNED" if unsigned else ""), make,
                lambda value, rng: rng.choice([value, format(value, "f")]), from_record, Decimal,
                distinct=(lambda rng, n: Decimal(n).scaleb(-scale)) if precision > 5 else None)


def _float32(value):
    return struct.unpack("f", struct.pack("f", value))[0]


def floating(rng):
    single = rng.random() < 0.5
    narrow = _float32 if single else float
    edges = ([3.4028234663852886e38, 1.1754943508222875e-38, 1.401298464324817e-45, 16777216.0, 0.1,
              1e10, 123456.79, 1e-7]
             if single else
             [1.7976931348623157e308, 2.2250738585072014e-308, 5e-324, 9007199254740993.0, 0.1, 1e22,
              1e16, 123456789.12345679, 1e-7])

    def make(rng):
        value = rng.choice([*edges, 0.0, 1.0, rng.uniform(-1e6, 1e6),
                            min(rng.lognormvariate(0, 30), edges[0])])
        return narrow(rng.choice([value, -value])) + 0.0  # MySQL knows no negative zero.

    def from_record(value):
        assert type(value) in (int, Decimal), value
        return narrow(float(value))
    # A FLOAT is shown with six digits unless asked for as DOUBLE.
    return Kind("FLOAT" if single else "DOUBLE", make,
                lambda value, rng: rng.choice([value, value, repr(value)]), from_record, float,
                shown="CAST({} AS DOUBLE)" if single else "{}")


# ---- Text ----

def text(rng):
    limit = rng.choice([1, 7, 40, 255])
    collation = rng.choice(["", " COLLATE utf8mb4_bin", " COLLATE utf8mb4_general_ci",
                            " COLLATE utf8mb4_unicode_ci", " COLLATE utf8mb4_0900_ai_ci"])
    name = rng.choice([f"VARCHAR({limit})", f"VARCHAR({limit})", f"CHAR({limit})", "TINYTEXT", "TEXT",
                       "MEDIUMTEXT", "LONGTEXT"])
    return _text(name + collation, _TEXTS, limit, strips=name.startswith("CHAR"))


def latin1_text(_):
    # TiDB keeps no other characters than ASCII apart in latin1, but takes and gives UTF-8.
    return _text("VARCHAR(40) CHARACTER SET latin1", [t for t in _TEXTS if t.isascii()], 40)


def gbk_text(_):
    texts = ["", "中文", "測試", "a'中\\", "\\", "'", "é", "α", "\0", "誠\\' OR 1=1 -- "]
    return _text("VARCHAR(40) CHARACTER SET gbk", texts, 40)


def _text(ddl, texts, limit, strips=False):
    def make(rng):
        value = "".join(rng.choice(texts) for _ in range(rng.choice([1, 1, 1, 3])))[:limit]
        return value.rstrip(" ") if strips else value
    return Kind(ddl, make, lambda value, rng: value, _exactly(str), str)


def key_text(rng):
    """Texts that stay different in any collation."""
    collation = rng.choice(["utf8mb4_bin", "utf8mb4_general_ci", "utf8mb4_unicode_ci",
                            "utf8mb4_0900_ai_ci"])

    def distinct(rng, n):
        return f"{n:02}{rng.choice(_TEXTS)[:20]}.".replace("\0", rng.choice(["\0", ""]))
    return dataclasses.replace(_text(f"VARCHAR(60) COLLATE {collation}", _TEXTS, 60), distinct=distinct)


def _to_base64(value, _):
    return base64.b64encode(value).decode()


def _from_base64(value):
    return base64.b64decode(_exactly(str)(value), validate=True)


def binary(rng):
    limit = rng.choice([1, 8, 200])
    name = rng.choice([f"BINARY({limit})", f"VARBINARY({limit})", "TINYBLOB", "BLOB", "MEDIUMBLOB",
                       "LONGBLOB"])

    def make(rng):
        value = rng.choice([b"", b"\0", b"\xff" * limit, b"'\\\"", "é😀".encode(), bytes(range(256)),
                            rng.randbytes(rng.randint(0, limit))])[:limit]
        return value.ljust(limit, b"\0") if name.startswith("BINARY") else value
    return Kind(name, make, _to_base64, _from_base64, bytes,
                distinct=(lambda rng, n: bytes([n]) + rng.choice([b"", b"\0", b"\xff'\\"]))
                if name == "VARBINARY(200)" else None)


def enumeration(rng):
    members = ["small", "é", "it's", 'a "b"', "back\\slash", "1", "😀", "a,b"]
    written = ",".join("'" + m.replace("\\", "\\\\").replace("'", "''") + "'" for m in members)
    return Kind(f"ENUM({written})", lambda rng: rng.choice(members), lambda value, rng: value,
                _exactly(str), str)


def members_of_set(rng):
    members = ["red", "é", "it's", 'a "b"', "😀", "x y"]
    written = ",".join("'" + m.replace("'", "''") + "'" for m in members)

    def make(rng):
        return ",".join(m for m in members if rng.random() < 0.4)
    return Kind(f"SET({written})", make, lambda value, rng: value, _exactly(str), str)


# ---- Times ----

def date(_):
    def make(rng):
        first, last = datetime.date(1, 1, 1), datetime.date(9999, 12, 31)
        return rng.choice([first, last, datetime.date(2024, 2, 29), datetime.date(1000, 1, 1),
                           first + datetime.timedelta(rng.randrange((last - first).days))])

    def from_record(value):
        assert re.fullmatch(r"\d{4}-\d\d-\d\d", value), value
        return datetime.date.fromisoformat(value)
    return Kind("DATE", make, lambda value, rng: value.isoformat(), from_record,
                lambda value: datetime.date.fromisoformat(value.decode()), shown="CAST({} AS BINARY)",
                distinct=lambda rng, n: datetime.date(1970, 1, 1) + datetime.timedelta(n * 31))


_ZONES = [datetime.timezone.utc, datetime.timezone(datetime.timedelta(hours=14)),
          datetime.timezone(datetime.timedelta(hours=-9, minutes=-30))]


def moment(rng):
    name, digits = rng.choice(["DATETIME", "TIMESTAMP"]), rng.choice([0, 1, 3, 6, 6])
    first, last = ((datetime.datetime(1, 1, 2), datetime.datetime(9999, 12, 30, 23, 59, 59, 999999))
                   if name == "DATETIME" else
                   (datetime.datetime(1970, 1, 1, 0, 0, 1),
                    datetime.datetime(2038, 1, 19, 3, 14, 7, 999999)))

    def cut(value):
        return value.replace(microsecond=value.microsecond // 10**(6 - digits) * 10**(6 - digits))

    def make(rng):
        span = int((last - first).total_seconds())
        return cut(rng.choice([first, last, datetime.datetime(2024, 2, 29, 23, 59, 59, 123456),
                               first + datetime.timedelta(seconds=rng.randrange(span),
                                                          microseconds=rng.randrange(10**6))]))

    def to_record(value, rng):
        if rng.random() < 0.3:
            return value.isoformat() + rng.choice(["Z", ""])  # Without a zone it is UTC.
        return value.replace(tzinfo=datetime.timezone.utc).astimezone(rng.choice(_ZONES)).isoformat()

    def from_record(value):
        assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z", value), value
        return datetime.datetime.fromisoformat(value[:-1])
    return Kind(f"{name}({digits})", make, to_record, from_record,
                lambda value: datetime.datetime.fromisoformat(value.decode()),
                shown="CAST({} AS BINARY)",
                distinct=(lambda rng, n: datetime.datetime(2000, 1, 1)
                          + datetime.timedelta(n, microseconds=rng.choice([0, 999999]))
                          if digits == 6 else datetime.datetime(2000, 1, 1) + datetime.timedelta(n)))


def time_of_day(rng):
    digits = rng.choice([0, 2, 6])
    most = (838 * 3600 + 59 * 60 + 59) * 10**6
    unit = 10**(6 - digits)

    def make(rng):
        value = rng.choice([0, most, -most, 24 * 3600 * 10**6, -unit, most - unit,
                            rng.randint(-most, most)])
        return abs(value) // unit * unit * (1 if value >= 0 else -1)

    def to_record(value, _):
        seconds, micros = divmod(abs(value), 10**6)
        return (("-" if value < 0 else "") + f"{seconds // 3600:02}:{seconds // 60 % 60:02}:"
                f"{seconds % 60:02}" + (f".{micros:06}" if digits else ""))

    def parse(value):
        sign, hours, minutes, seconds, fraction = re.fullmatch(
            r"(-?)(\d{2,3}):(\d\d):(\d\d)(?:\.(\d{1,6}))?", value).groups()
        micros = ((int(hours) * 60 + int(minutes)) * 60 + int(seconds)) * 10**6
        micros += int((fraction or "").ljust(6, "0"))
        return -micros if sign else micros
    return Kind(f"TIME({digits})", make, to_record, parse, lambda value: parse(value.decode()),
                shown="CAST({} AS BINARY)",
                distinct=lambda rng, n: (n - 30) * 3600 * 10**6 // unit * unit)


# ---- JSON and vectors ----

def document(_):
    def make(rng, depth=0):
        kind = rng.randrange(9 if depth < 3 else 6)
        if kind >= 7:
            return {rng.choice(_TEXTS): make(rng, depth + 1) for _ in range(rng.randint(0, 4))}
        if kind == 6:
            return [make(rng, depth + 1) for _ in range(rng.randint(0, 4))]
        return [None, rng.random() < 0.5, rng.choice([0, -1, 2**63 - 1, -2**63, 2**64 - 1]),
                rng.choice([0.5, -1.25, 1e300, 2.5e-10]), rng.choice(_TEXTS), "é"][kind]

    def to_record(value, rng):
        # As it is only where it can't be taken for the text of a document, or for no value.
        if isinstance(value, (dict, list)) and rng.random() < 0.5:
            return value
        return json.dumps(value, ensure_ascii=rng.random() < 0.5)

    def by_value(value):
        # 1 == True in Python.
        if isinstance(value, list):
            return [by_value(item) for item in value]
        if isinstance(value, dict):
            return {name: by_value(item) for name, item in value.items()}
        return type(value), value
    return Kind("JSON", lambda rng: by_value(make(rng)),
                lambda value, rng: to_record(_plain(value), rng),
                lambda value: by_value(json.loads(_exactly(str)(value))),
                lambda value: by_value(json.loads(value)))


def _plain(value):
    if isinstance(value, tuple):
        return value[1]
    if isinstance(value, list):
        return [_plain(item) for item in value]
    return {name: _plain(item) for name, item in value.items()}


def vector(rng):
    size = rng.choice([1, 3, 16])

    def make(rng):
        return [_float32(rng.choice([0.0, 1.5, -1e-10, 3e38, rng.uniform(-1, 1)])) for _ in range(size)]

    def parse(numbers):
        return [_float32(float(number)) for number in _exactly(list)(numbers)]
    return Kind(rng.choice(["VECTOR", f"VECTOR({size})"]), make,
                lambda value, rng: rng.choice([value, json.dumps(value)]), parse,
                lambda value: parse(json.loads(value)), shown="CAST({} AS CHAR)")


_MAKERS = [integer, integer, boolean, bit, year, decimal, floating, text, text, latin1_text, gbk_text,
           binary, enumeration, members_of_set, date, moment, time_of_day, document, vector]
_KEY_MAKERS = [integer, decimal, key_text, key_text, binary, date, moment, time_of_day]
