"""kill -9 of service, connector, TiDB and S3 in mid-run: the run ends, and the destination equals the
source. The long form: make bench NAME=recovery."""

import sys

import pytest

from conftest import ROOT_KEY, S3_KEY, TIDB_PASSWORD, TIDB_USER
from harness.kills import Campaign
from harness.s3 import S3
from harness.service import Service
from harness.tidb import TiDB

KILLS, ROWS = 20, 60_000


@pytest.fixture(scope="module")
def own_tidb(folder, authority):
    server = TiDB(folder / "tidb", authority)
    yield server
    server.discard()


@pytest.fixture(scope="module")
def own_s3(folder):
    server = S3(folder / "s3", S3_KEY)
    yield server
    server.stop()


@pytest.fixture(scope="module")
def service(folder, own_s3):
    server = Service(folder, ROOT_KEY, "--python", sys.executable, "--s3", own_s3.url,
                     environment={
                         "AWS_ACCESS_KEY_ID": S3_KEY[0], "AWS_SECRET_ACCESS_KEY": S3_KEY[1]})
    yield server
    server.stop()


def test_after_kills_at_random_moments_each_row_is_there_once(service, own_tidb, own_s3):
    campaign = Campaign(service, own_tidb, own_s3, (TIDB_USER, TIDB_PASSWORD), ROWS, seed=1)
    campaign.run(KILLS)
    assert campaign.kills.total() >= KILLS
