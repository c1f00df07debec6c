"""The rows that are moved: 8 columns of a customer, 118 bytes of CSV, the same in every run."""

import duckdb

ROWS_PER_FILE = 1_000_000  # AppFlow takes files of at most 125 MB.

DDL = """CREATE TABLE customers (
    id BIGINT NOT NULL PRIMARY KEY,
    name VARCHAR(64) NOT NULL,
    email VARCHAR(64) NOT NULL,
    phone VARCHAR(32) NOT NULL,
    region VARCHAR(32) NOT NULL,
    quantity INT NOT NULL,
    price DECIMAL(12,2) NOT NULL,
    created DATETIME NOT NULL
)"""
COLUMNS = ("id", "name", "email", "phone", "region", "quantity", "price", "created")

# i is the number of the row, n and m are anything.
_ROWS = """
SELECT 1000000 + i AS id,
       ['Edge', 'Burlington', 'Pyramid', 'Dickenson', 'Grand', 'United', 'Express'][1 + n % 7]
           || printf(' Trading %07d', n % 10000000) AS name,
       printf('customer.%07d@example.com', i % 10000000) AS email,
       printf('+1-555-%07d', m % 10000000) AS phone,
       ['North America', 'South America', 'Europe', 'Africa', 'Asia'][1 + m % 5] AS region,
       1 + n % 100 AS quantity,
       CAST(m % 100000 + (n % 100) / 100 AS DECIMAL(12,2)) AS price,
       strftime(TIMESTAMP '2020-01-01' + to_seconds(m % 157680000), '%Y-%m-%d %H:%M:%S') AS created
FROM (SELECT i, (i * 2654435761) % 4294967296 AS n, (i * 40503 + 12345) % 4294967291 AS m
      FROM range({first}, {last}) AS numbers(i))"""


def write_csv(path, first, last):
    """Rows `first` to `last`, without the last one, under a header."""
    with duckdb.connect() as database:
        database.execute(f"COPY ({_ROWS.format(first=first, last=last)}) TO '{path}' (HEADER)")


def write_files(folder, rows):
    """Yields the files one after the other, so that who wants to can remove each at once."""
    folder.mkdir(parents=True, exist_ok=True)
    for first in range(0, rows, ROWS_PER_FILE):
        path = folder / f"customers-{first // ROWS_PER_FILE:03}.csv"
        if not path.exists():
            write_csv(path, first, min(rows, first + ROWS_PER_FILE))
        yield path


def digest(relation, columns=COLUMNS):
    """How many rows something that DuckDB can select from has, and what is in them, whatever their
    order and the types of their columns."""
    kinds = {"quantity": "BIGINT", "price": "DECIMAL(12,2)", "total": "DECIMAL(18,2)",
             "created": "TIMESTAMP"}
    values = ", ".join(f"CAST(CAST({name} AS {kinds.get(name, 'VARCHAR')}) AS VARCHAR)"
                       for name in columns)
    with duckdb.connect() as database:
        return database.execute(
            f"SELECT count(*), bit_xor(hash(concat_ws('|', {values}))) FROM {relation}").fetchone()
