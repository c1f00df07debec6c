"""A service that somebody has worked with: connections, flows, runs that ended well, badly, and
with refused records."""

from harness import s3_flows, tutorial
from harness.processes import wait_until

FLOW, REFUSING_FLOW, FAILED_FLOW, EMPTY_FLOW = "customers", "some-refused", "failing", "no-match"
FIELDS = ["id", "name", "age"]


class Furnished:
    """`service`, with the routes of things whose names are made as they go."""

    def __init__(self, service, runs):
        self.service, self.url = service, service.url
        self._runs = runs

    def route(self, route):
        flow = route.split("/")[2] if route.count("/") > 1 else ""
        return route.replace("LAST", self._runs.get(flow, ""))


def into_tidb(table="customers", stops=True):
    """Where the records go: a table, by its column id."""
    return {"connectorType": "CustomConnector", "apiVersion": "v1", "connectorProfileName": "tidb",
            "destinationConnectorProperties": {"CustomConnector": {
                "entityName": table, "writeOperationType": "UPSERT", "idFieldNames": ["id"],
                "errorHandlingConfig": {"failOnFirstDestinationError": stops}}}}


def furnish(service, buckets, tidb, database, credentials):
    appflow = service.client("appflow")
    tutorial.register_connector(service)
    tutorial.connect_tidb(service, credentials)
    incoming = buckets / "data" / "in"
    incoming.mkdir(parents=True)
    (incoming / "customers.csv").write_text(
        "id,name,age\n" + "".join(f"{n},Customer {n},{20 + n % 50}\n" for n in range(1, 41)))
    faulty = buckets / "data" / "faulty"
    faulty.mkdir()
    (faulty / "customers.csv").write_text("id,name,age\n1,Ann,31\n2,Bob,many\n3,Cid,33\n")
    tidb.query("CREATE TABLE customers (id INT PRIMARY KEY, name VARCHAR(80), age INT)",
               database=database)

    only_nobody = {"taskType": "Filter", "sourceFields": ["name"],
                   "connectorOperator": {"S3": "EQUAL_TO"},
                   "taskProperties": {"DATA_TYPE": "string", "VALUE": "nobody"}}
    tasks = s3_flows.tasks(FIELDS)
    good, faulty = (s3_flows.source("data", folder, "CSV") for folder in ("in", "faulty"))
    s3_flows.create(appflow, FLOW, good, into_tidb(), tasks)
    s3_flows.create(appflow, REFUSING_FLOW, faulty, into_tidb(stops=False), tasks)
    s3_flows.create(appflow, FAILED_FLOW, faulty, into_tidb(), tasks)
    s3_flows.create(appflow, EMPTY_FLOW, good, into_tidb(), [tasks[0], only_nobody, *tasks[1:]])
    runs = {}
    for flow in (FLOW, REFUSING_FLOW, FAILED_FLOW, EMPTY_FLOW):
        runs[flow] = s3_flows.run_to_end(appflow, flow)["executionId"]
    wait_until(lambda: service.client("logs").describe_log_groups()["logGroups"], 20, "a log group")
    return Furnished(service, runs)
