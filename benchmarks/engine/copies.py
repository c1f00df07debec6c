"""CSV to Parquet on the local disk, by others: `copies.py duckdb|pyarrow FOLDER RESULT` prints the
seconds of the copy alone, without the start of Python."""

import pathlib
import sys
import time

# What the flow does: filter, mask, arithmetic, map.
SQL = """COPY (
  SELECT id, name, email, left(phone, -4) || '****' AS phone, region, created, quantity,
         quantity * price AS total
  FROM read_csv('{folder}/*.csv') WHERE quantity > 10
) TO '{result}' (FORMAT parquet)"""


def by_duckdb(folder, result):
    import duckdb

    database = duckdb.connect()
    began = time.perf_counter()
    database.execute(SQL.format(folder=folder, result=result))
    return time.perf_counter() - began


def by_pyarrow(folder, result):
    """A plain read and write: nothing is done to the rows."""
    from pyarrow import csv, parquet

    began = time.perf_counter()
    writer = None
    for path in sorted(pathlib.Path(folder).glob("*.csv")):
        table = csv.read_csv(path)
        writer = writer or parquet.ParquetWriter(result, table.schema)
        writer.write_table(table)
    writer.close()
    return time.perf_counter() - began


if __name__ == "__main__":
    print({"duckdb": by_duckdb, "pyarrow": by_pyarrow}[sys.argv[1]](*sys.argv[2:]))
