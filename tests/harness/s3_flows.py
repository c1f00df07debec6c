"""Flows from S3 to S3, as a client of AppFlow makes them."""

from harness.processes import wait_until

ENDED = ("Successful", "Error", "Canceled")


# AppFlow reads no Parquet, so that its model has no word for it.
FROM_PARQUET = {"sluice:s3InputFormatConfig.s3InputFileType": "PARQUET"}


def source(bucket, prefix, file_type=None):
    properties = {"bucketName": bucket, "bucketPrefix": prefix}
    if file_type:
        properties["s3InputFormatConfig"] = {"s3InputFileType": file_type}
    return {"connectorType": "S3", "sourceConnectorProperties": {"S3": properties}}


def destination(bucket, prefix="out", **output_format):
    return {"connectorType": "S3", "destinationConnectorProperties": {"S3": {
        "bucketName": bucket, "bucketPrefix": prefix, "s3OutputFormatConfig": output_format}}}


def tasks(fields, partition_keys=()):
    def task(kind, source_fields, operator="NO_OP", **more):
        return {"taskType": kind, "sourceFields": list(source_fields),
                "connectorOperator": {"S3": operator}, "taskProperties": {}} | more

    found = [task("Filter", fields, "PROJECTION")]
    found += [task("Map", [field], destinationField=field) for field in fields]
    if partition_keys:
        found.append(task("Partition", partition_keys))
    return found


def create(appflow, name, flow_source, flow_destination, flow_tasks, tags=None):
    appflow.create_flow(flowName=name, triggerConfig={"triggerType": "OnDemand"},
                        sourceFlowConfig=flow_source, tags=tags or {},
                        destinationFlowConfigList=[flow_destination], tasks=flow_tasks)


def record_of(appflow, name):
    """The run's record: the last run's, that is."""
    return appflow.describe_flow_execution_records(flowName=name)["flowExecutions"][0]


def wait_for_end(appflow, name, seconds=60):
    def ended():
        record = record_of(appflow, name)
        return record if record["executionStatus"] in ENDED else None
    return wait_until(ended, seconds, f"the run of {name} to end")


def run_to_end(appflow, name, seconds=60):
    """Runs the flow, to whatever end."""
    execution = appflow.start_flow(flowName=name)["executionId"]
    record = wait_for_end(appflow, name, seconds)
    assert record["executionId"] == execution
    return record


def run(appflow, name, seconds=60):
    """Runs the flow to its successful end."""
    record = run_to_end(appflow, name, seconds)
    assert record["executionStatus"] == "Successful", record
    return record
