"""A connector to a shop's SQLite file, written with AWS's Python SDK and nothing of Sluice's."""

import contextlib
import hashlib
import json
import sqlite3

import boto3
from custom_connector_queryfilter.queryfilter.errors import InvalidFilterExpressionError
from custom_connector_sdk.connector.auth import AuthenticationConfig
from custom_connector_sdk.connector.configuration import ConnectorModes
from custom_connector_sdk.connector.context import Entity, EntityDefinition
from custom_connector_sdk.connector.fields import (
    FieldConstraints, FieldDataType, FieldDefinition, RangeConstraint, ReadOperationProperty,
    WriteOperationProperty, WriteOperationType)
from custom_connector_sdk.connector.settings import (
    CacheControl, ConnectorRuntimeSetting, ConnectorRuntimeSettingDataType,
    ConnectorRuntimeSettingScope, TimeUnit)
from custom_connector_sdk.lambda_handler.handlers import (
    ConfigurationHandler, MetadataHandler, RecordHandler)
from custom_connector_sdk.lambda_handler.lambda_handler import BaseLambdaConnectorHandler
from custom_connector_sdk.lambda_handler.responses import (
    DescribeConnectorConfigurationResponse, DescribeEntityResponse, ErrorCode, ErrorDetails,
    ListEntitiesResponse, QueryDataResponse, RetrieveDataResponse,
    ValidateConnectorRuntimeSettingsResponse, ValidateCredentialsResponse, WriteDataResponse,
    WriteRecordResult)

from filter_sql import to_sql

ID = WriteOperationProperty(is_creatable=True, is_updatable=False, is_nullable=False,
                            is_upsertable=True,
                            supported_write_operations=[WriteOperationType.UPSERT])
WRITABLE = WriteOperationProperty(is_creatable=True, is_updatable=True, is_nullable=True,
                                  is_upsertable=True)
READABLE = ReadOperationProperty(is_retrievable=True, is_nullable=True, is_queryable=True)


def field(name, data_type, **more):
    return FieldDefinition(name, data_type, label=name.title(), read_properties=READABLE,
                           write_properties=more.pop("write_properties", WRITABLE), **more)


NAME_LENGTH = FieldConstraints(allowed_length_range=RangeConstraint(1, 80))
ENTITIES = {
    "orders": EntityDefinition(Entity("orders", False, False, "Orders"), [
        field("id", FieldDataType.Long, is_primary_key=True, write_properties=ID),
        field("customer", FieldDataType.String, constraints=NAME_LENGTH),
        field("amount", FieldDataType.BigDecimal),
        field("ordered_at", FieldDataType.DateTime),
        field("paid", FieldDataType.Boolean)]),
    "accounts": EntityDefinition(Entity("accounts", False, True, "Accounts"), [
        field("id", FieldDataType.String, is_primary_key=True, write_properties=ID),
        field("name", FieldDataType.String, constraints=NAME_LENGTH),
        field("industry", FieldDataType.String)]),
}


class Refused(Exception):
    def __init__(self, code, message):
        self.details = ErrorDetails(code, message)


@contextlib.contextmanager
def shop(settings, credentials):
    """The shop's file, for whom it lets in."""
    secret = boto3.client("secretsmanager").get_secret_value(SecretId=credentials.secret_arn)
    login = json.loads(secret["SecretString"])
    file = f"file:{settings['file']}?mode=rw"
    with contextlib.closing(sqlite3.connect(file, uri=True, timeout=20)) as database, database:
        known = database.execute("SELECT 1 FROM users WHERE name = ? AND password_sha256 = ?", (
            login["username"], hashlib.sha256(login["password"].encode()).hexdigest())).fetchone()
        if not known:
            raise Refused(ErrorCode.InvalidCredentials,
                          f"the shop does not let {login['username']} in")
        yield database


def enter(context):
    return shop(context.connector_runtime_settings, context.credentials)


class Configuration(ConfigurationHandler):
    def describe_connector_configuration(self, request):
        def setting(key, data_type, required, scope):
            return ConnectorRuntimeSetting(
                key, ConnectorRuntimeSettingDataType[data_type], required, key.title(),
                f"The {key}", ConnectorRuntimeSettingScope[scope])
        return DescribeConnectorConfigurationResponse(
            connector_owner="Corner Shop", connector_name="Shop", connector_version="2.1",
            connector_modes=[ConnectorModes.SOURCE, ConnectorModes.DESTINATION],
            supported_api_versions=["v1"], is_success=True,
            supported_write_operations=[WriteOperationType.INSERT, WriteOperationType.UPSERT],
            authentication_config=AuthenticationConfig(is_basic_auth_supported=True),
            connector_runtime_setting=[
                setting("file", "String", True, "CONNECTOR_PROFILE"),
                setting("currency", "String", False, "CONNECTOR_PROFILE"),
                setting("page", "Integer", False, "SOURCE")])

    def validate_connector_runtime_settings(self, request):
        if request.connector_runtime_settings.get("currency", "CHF") == "CHF":
            return ValidateConnectorRuntimeSettingsResponse(is_success=True)
        return ValidateConnectorRuntimeSettingsResponse(
            is_success=False, errors_by_input_field={"currency": "the shop takes francs only"},
            error_details=ErrorDetails(ErrorCode.InvalidArgument, "wrong settings"))

    def validate_credentials(self, request):
        try:
            with shop(request.connector_runtime_settings, request.credentials):
                return ValidateCredentialsResponse(is_success=True)
        except Refused as refused:
            return ValidateCredentialsResponse(is_success=False, error_details=refused.details)


class Metadata(MetadataHandler):
    def list_entities(self, request):
        # One a page.
        names = sorted(ENTITIES)
        at = int(request.next_token or 0)
        return ListEntitiesResponse(
            is_success=True, entities=[ENTITIES[names[at]].entity],
            next_token=str(at + 1) if at + 1 < len(names) else None,
            cache_control=CacheControl(10, TimeUnit.MINUTES))

    def describe_entity(self, request):
        definition = ENTITIES.get(request.entity_identifier)
        if definition is None:
            return DescribeEntityResponse(is_success=False, error_details=ErrorDetails(
                ErrorCode.ResourceNotFoundError,
                f"the shop keeps no {request.entity_identifier}"))
        return DescribeEntityResponse(is_success=True, entity_definition=definition)


def to_record(columns, row):
    record = dict(zip(columns, row))
    if record.get("paid") is not None:
        record["paid"] = bool(record["paid"])
    return json.dumps(record)


class Records(RecordHandler):
    def query_data(self, request):
        context = request.connector_context
        page = int(context.connector_runtime_settings.get("page", request.max_results))
        columns = request.selected_field_names
        try:
            where, values = to_sql(request.filter_expression, context.entity_definition)
        except InvalidFilterExpressionError as wrong:
            return QueryDataResponse(is_success=False, error_details=ErrorDetails(
                ErrorCode.InvalidArgument, str(wrong)))
        with enter(context) as database:
            at = int(request.next_token or 0)
            rows = database.execute(
                f"SELECT {', '.join(columns)} FROM {request.entity_identifier} WHERE {where} "
                "ORDER BY id LIMIT ? OFFSET ?", (*values, page, at)).fetchall()
        return QueryDataResponse(
            is_success=True, records=[to_record(columns, row) for row in rows],
            next_token=str(at + page) if len(rows) == page else None)

    def retrieve_data(self, request):
        return RetrieveDataResponse(is_success=False, error_details=ErrorDetails(
            ErrorCode.ClientError, "the shop does not look up single records"))

    def write_data(self, request):
        results = []
        with enter(request.connector_context) as database:
            for record in map(json.loads, request.records):
                results.append(self._write(database, request, record))
                if request.all_or_none and not results[-1].is_success:
                    break
        refused = sum(not result.is_success for result in results)
        return WriteDataResponse(
            is_success=not refused, write_record_results=results,
            error_details=ErrorDetails(ErrorCode.PartialWriteFailure, f"{refused} refused")
            if refused else None)

    def _write(self, database, request, record):
        verb = "INSERT" if request.operation == WriteOperationType.INSERT else "REPLACE"
        try:
            database.execute(
                f"{verb} INTO {request.entity_identifier} ({', '.join(record)}) "
                f"VALUES ({', '.join('?' * len(record))})", tuple(record.values()))
            return WriteRecordResult(True, record["id"])
        except sqlite3.IntegrityError as refused:
            return WriteRecordResult(False, record["id"], f"{record['id']}: {refused}")


class Shop(BaseLambdaConnectorHandler):
    def __init__(self):
        super().__init__(Metadata(), Records(), Configuration())


def main(event, context):
    return Shop().lambda_handler(event, context)
