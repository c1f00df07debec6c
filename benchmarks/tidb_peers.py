"""What TiDB offers itself, each as its manual shows it, over TLS to the TiDB of a benchmark."""

import pathlib
import re
import shlex
import subprocess

from harness.processes import clean_environment, wait_until

ROOT = pathlib.Path(__file__).resolve().parents[1]
USER, PASSWORD, DATABASE = "bench", "bench", "bench"


def mariadb(tidb, sql):
    """The command line of the client for one statement, certificate and host name verified."""
    return ["mariadb", "--no-defaults", "--host=127.0.0.1", f"--port={tidb.port}", f"--user={USER}",
            f"--password={PASSWORD}", f"--ssl-ca={tidb.authority.ca}", "--ssl-verify-server-cert",
            "--local-infile=1", f"--execute={sql}", DATABASE]


def load_data(tidb, csv, table, header=False):
    return mariadb(tidb, f"LOAD DATA LOCAL INFILE '{csv}' INTO TABLE {table} CHARACTER SET utf8mb4"
                         " FIELDS TERMINATED BY ',' ENCLOSED BY '\"' ESCAPED BY ''"
                         + (" IGNORE 1 LINES" if header else ""))


def empty(tidb, table):
    """Leaves nothing of a table's rows behind. TiDB on unistore deletes them one by one, in the
    background, and would take seconds of CPU from what is measured next."""
    tidb.query(f"TRUNCATE TABLE {table}", database=DATABASE)
    wait_until(lambda: tidb.query("SELECT COUNT(*) = 0 FROM mysql.gc_delete_range")[0][0], 300,
               "TiDB to delete the rows of a table that was emptied", every=0.1)


class TidbTools:
    """Dumpling and Lightning. What counts is the time that they themselves say the work took, which
    leaves out their start. As root: Lightning wants a schema of its own."""

    def __init__(self, folder):
        self._folder = folder
        self.commands = {}  # What they were called with, by their names.
        self._dumpling, self._lightning = subprocess.run(
            [ROOT / "tools" / "tidb" / "build_peers"], check=True, stdout=subprocess.PIPE,
            text=True).stdout.split()

    def _run(self, command, environment=None):
        self.commands[pathlib.Path(command[0]).name] = shlex.join(map(str, command))
        ended = subprocess.run([str(word) for word in command], cwd=self._folder, text=True,
                               stdout=subprocess.PIPE, stderr=subprocess.STDOUT, env=environment)
        if ended.returncode != 0:
            raise RuntimeError(f"{command[0]} failed:\n{ended.stdout[-2000:]}")
        return ended.stdout

    def lightning_seconds(self, tidb, csv, table, header=False):
        """Logical import of one file of CSV."""
        source = self._folder / "lightning"
        source.mkdir(exist_ok=True)
        file = source / f"{DATABASE}.{table}.csv"
        file.unlink(missing_ok=True)
        file.hardlink_to(csv)
        log = self._folder / "lightning.log"
        log.unlink(missing_ok=True)
        config = self._folder / "lightning.toml"
        config.write_text(f"""
[lightning]
file = "{log}"
check-requirements = false
[tikv-importer]
backend = "tidb"
[mydumper]
data-source-dir = "{source}"
no-schema = true
[mydumper.csv]
header = {str(header).lower()}
backslash-escape = false
[checkpoint]
enable = false
[tidb]
host = "127.0.0.1"
port = {tidb.port}
user = "root"
[security]
ca-path = "{tidb.authority.ca}"
""")
        self._run([self._lightning, "-config", config])
        return _seconds(re.search(r'"the whole procedure completed"\] \[takeTime=([^]]+)\]',
                                  log.read_text())[1])

    def dumpling_seconds(self, tidb, table):
        """One thread, CSV. Without a snapshot: TiDB has none to offer Dumpling until its garbage
        collection has run once, and nobody writes meanwhile."""
        output = self._folder / "dump"
        said = self._run([
            self._dumpling, "-h", "127.0.0.1", "-P", tidb.port, "-u", "root", "--ca",
            tidb.authority.ca, "-t", 1, "--filetype", "csv", "--no-schemas", "--consistency", "none",
            "-T", f"{DATABASE}.{table}", "-o", output])
        for file in output.iterdir():
            file.unlink()
        return _seconds(re.search(r"\[total-take=([^]]+)\]", said)[1])

    def dumpling_to_s3_seconds(self, tidb, table, s3, url):
        """As above, but with the threads that it takes by default, and the table in parts for them."""
        said = self._run([
            self._dumpling, "-h", "127.0.0.1", "-P", tidb.port, "-u", "root", "--ca",
            tidb.authority.ca, "-r", 200_000, "--filetype", "csv", "--no-schemas", "--consistency",
            "none", "-T", f"{DATABASE}.{table}", "-o", url, "--s3.endpoint", s3.url,
            "--s3.region", "us-east-1"],
            clean_environment(AWS_ACCESS_KEY_ID=s3.key[0], AWS_SECRET_ACCESS_KEY=s3.key[1]))
        return _seconds(re.search(r"\[total-take=([^]]+)\]", said)[1])


def _seconds(text):
    """Go's durations: 1m2.5s, 188.08ms."""
    units = {"h": 3600, "m": 60, "s": 1, "ms": 1e-3, "µs": 1e-6}
    return sum(float(number) * units[unit]
               for number, unit in re.findall(r"([\d.]+)(h|ms|m|s|µs)", text))
