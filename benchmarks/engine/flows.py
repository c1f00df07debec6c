"""The flows that are measured, as a client of AppFlow makes them."""

from customers import COLUMNS

TIDB_LABEL = "TiDB"  # The connector inside of the service.


def _task(source, kind, fields, operator="NO_OP", to=None, **properties):
    task = {"taskType": kind, "sourceFields": list(fields), "connectorOperator": {source: operator},
            "taskProperties": properties}
    return task | ({"destinationField": to} if to else {})


def _mapped(source, mappings):
    return [_task(source, "Filter", mappings, "PROJECTION"),
            *(_task(source, "Map", [field], to=to) for field, to in mappings.items())]


def _from_s3(bucket, prefix):
    return {"connectorType": "S3", "sourceConnectorProperties": {"S3": {
        "bucketName": bucket, "bucketPrefix": prefix,
        "s3InputFormatConfig": {"s3InputFileType": "CSV"}}}}


def _from_tidb(profile, table):
    return {"connectorType": "CustomConnector", "connectorProfileName": profile, "apiVersion": "v1",
            "sourceConnectorProperties": {"CustomConnector": {"entityName": table}}}


def _to_s3(bucket, prefix, file_type):
    properties = {"fileType": file_type}
    if file_type == "PARQUET":
        properties["preserveSourceDataTyping"] = True
    return {"connectorType": "S3", "destinationConnectorProperties": {"S3": {
        "bucketName": bucket, "bucketPrefix": prefix, "s3OutputFormatConfig": properties}}}


def _to_tidb(profile, table):
    return {"connectorType": "CustomConnector", "connectorProfileName": profile, "apiVersion": "v1",
            "destinationConnectorProperties": {"CustomConnector": {
                "entityName": table, "writeOperationType": "INSERT",
                "errorHandlingConfig": {"failOnFirstDestinationError": True}}}}


def _flow(name, source, destination, tasks):
    return {"flowName": name, "triggerConfig": {"triggerType": "OnDemand"},
            "sourceFlowConfig": source, "destinationFlowConfigList": [destination], "tasks": tasks}


def csv_to_parquet(bucket, prefix):
    """Map, mask, arithmetic, filter: what copies.SQL says in SQL."""
    kept = ("id", "name", "email", "phone", "region", "created", "quantity")
    total = "quantity,price"
    return _flow("csv-parquet", _from_s3(bucket, prefix), _to_s3(bucket, "out", "PARQUET"), [
        _task("S3", "Filter", COLUMNS, "PROJECTION"),
        _task("S3", "Filter", ["quantity"], "GREATER_THAN", DATA_TYPE="long", VALUE="10"),
        _task("S3", "Mask", ["phone"], "MASK_LAST_N", MASK_LENGTH="4", MASK_VALUE="*"),
        _task("S3", "Arithmetic", ["quantity", "price"], "MULTIPLICATION", to=total,
              MATH_OPERATION_FIELDS_ORDER=total),
        *(_task("S3", "Map", [field], to=field) for field in kept),
        _task("S3", "Map", [total], to="total")])


def csv_to_tidb(bucket, prefix, profile, table, name="csv-tidb", columns=COLUMNS):
    return _flow(name, _from_s3(bucket, prefix), _to_tidb(profile, table),
                 _mapped("S3", {column: column for column in columns}))


def tidb_to_s3(profile, table, bucket, file_type):
    return _flow(f"tidb-{file_type.lower()}", _from_tidb(profile, table),
                 _to_s3(bucket, "out", file_type),
                 _mapped("CustomConnector", {column: column for column in COLUMNS}))


def salesforce_to_s3(bucket, mappings):
    return _flow("salesforce-csv", {
        "connectorType": "Salesforce", "connectorProfileName": "salesforce",
        "sourceConnectorProperties": {"Salesforce": {"object": "Account"}}},
        _to_s3(bucket, "accounts", "CSV"), _mapped("Salesforce", mappings))
