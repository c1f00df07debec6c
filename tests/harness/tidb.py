"""A real TiDB: one process on unistore, with TLS."""

import os
import pathlib
import shutil
import signal
import time

import pymysql

from harness.processes import Process, free_port, send_signal, wait_until


class TiDB:
    def __init__(self, folder, authority, performance=()):
        """`performance` are lines of that section of the configuration."""
        self.folder = pathlib.Path(folder)
        self.folder.mkdir(parents=True, exist_ok=True)
        self.authority = authority
        self.port = free_port()
        certificate, key = authority.issue("tidb")
        self._config = self.folder / "tidb.toml"
        self._config.write_text(
            f'temp-dir = "{self.folder}/tmp"\ntmp-storage-path = "{self.folder}/tmp"\n'
            f'[security]\nssl-cert = "{certificate}"\nssl-key = "{key}"\n'
            f'[log]\nslow-query-file = "{self.folder}/tidb-slow.log"\n'
            + "\n".join(["[performance]", *performance]))
        self.start()

    def start(self):
        self._process = Process(
            [os.environ["SLUICE_TIDB_SERVER"], "-store", "unistore", "-path", self.folder / "data",
             "-host", "127.0.0.1", "-P", self.port, "-status-host", "127.0.0.1",
             "-status", free_port(), "-socket", "", "-config", self._config],
            self.folder / "tidb.log", cwd=self.folder)
        wait_until(self._answers, 60, "TiDB to answer")

    def _answers(self):
        try:
            self.query("SELECT 1")
            return True
        except pymysql.err.OperationalError:
            assert self._process.running(), self._process.output()[-2000:]
            return False

    def connect(self, database=None):
        return pymysql.connect(host="127.0.0.1", port=self.port, user="root", database=database,
                               autocommit=True, charset="utf8mb4")

    def query(self, sql, *arguments, database=None):
        """All rows of one statement, as the root."""
        with self.connect(database) as connection, connection.cursor() as cursor:
            cursor.execute(sql, arguments or None)
            return cursor.fetchall()

    def make_database(self, name, user, password):
        """An empty database and a user who may do everything in it, and nothing elsewhere."""
        self.query(f"DROP DATABASE IF EXISTS `{name}`")
        self.query(f"CREATE DATABASE `{name}`")
        self.query("CREATE USER IF NOT EXISTS %s IDENTIFIED BY %s", user, password)
        self.query(f"GRANT ALL ON `{name}`.* TO %s", user)

    def kill(self, clients=()):
        """SIGKILL. start() then starts one with the same data on the same port.

        `clients`, process ids, stand still for a moment before: TiDB's embedded store keeps the locks
        of a transaction's secondary keys in memory, so that a kill within milliseconds of a COMMIT
        takes rows of an acknowledged transaction along, whoever wrote them. TiKV keeps them on disk.
        What is under way, and not being committed, is lost as elsewhere."""
        for pid in clients:
            send_signal(pid, signal.SIGSTOP)
        if clients:
            time.sleep(0.5)
        self._process.kill()
        for pid in clients:
            send_signal(pid, signal.SIGCONT)

    def stop(self):
        # TiDB needs long to say good-bye, and its data is thrown away.
        self._process.kill()

    def discard(self):
        """Stops it, and removes its data, which is large."""
        self.stop()
        shutil.rmtree(self.folder / "data")
