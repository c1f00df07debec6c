"""A connector written with AWS's Python SDK, to a JSON file: KEEP names it. It is right, unless DEFECT
names one of the ways to be wrong below."""

import base64
import functools
import json
import operator
import os
import pathlib
import time

import boto3
from botocore.exceptions import ClientError
from custom_connector_queryfilter.queryfilter.antlr.CustomConnectorQueryFilterParserVisitor import (
    CustomConnectorQueryFilterParserVisitor)
from custom_connector_queryfilter.queryfilter.errors import InvalidFilterExpressionError
from custom_connector_queryfilter.queryfilter.parse_tree_builder import parse
from custom_connector_sdk.connector.auth import (
    AuthenticationConfig, AuthParameter, CustomAuthConfig)
from custom_connector_sdk.connector.configuration import ConnectorModes
from custom_connector_sdk.connector.context import Entity, EntityDefinition
from custom_connector_sdk.connector.fields import (
    FieldConstraints, FieldDataType, FieldDefinition, RangeConstraint, ReadOperationProperty,
    WriteOperationProperty, WriteOperationType)
from custom_connector_sdk.connector.settings import CacheControl, TimeUnit
from custom_connector_sdk.lambda_handler.handlers import (
    ConfigurationHandler, MetadataHandler, RecordHandler)
from custom_connector_sdk.lambda_handler.lambda_handler import BaseLambdaConnectorHandler
from custom_connector_sdk.lambda_handler.responses import (
    DescribeConnectorConfigurationResponse, DescribeEntityResponse, ErrorCode, ErrorDetails,
    ListEntitiesResponse, QueryDataResponse, RetrieveDataResponse,
    ValidateConnectorRuntimeSettingsResponse, ValidateCredentialsResponse, WriteDataResponse,
    WriteRecordResult)

KEEP = pathlib.Path(os.environ["KEEP"])
PASSWORD = os.environ["RIGHT_PASSWORD"]
DEFECT = os.environ.get("DEFECT", "")

CHANGES = [WriteOperationType[name] for name in ("UPDATE", "UPSERT", "DELETE")]


def field(name, data_type, *, nullable=True, queryable=True, key=False, length=None, values=None):
    constraints = None
    if length:
        constraints = FieldConstraints(allowed_length_range=RangeConstraint(0, length))
    if values:
        constraints = FieldConstraints(allowed_value_range=RangeConstraint(*values))
    return FieldDefinition(
        name, FieldDataType[data_type], label=name.title(), is_primary_key=key,
        constraints=constraints,
        read_properties=ReadOperationProperty(
            is_retrievable=True, is_nullable=nullable, is_queryable=queryable,
            is_timestamp_field_for_incremental_queries=data_type == "DateTime"),
        write_properties=WriteOperationProperty(
            is_creatable=True, is_updatable=not key, is_upsertable=True, is_nullable=nullable,
            is_defaulted_on_create=name == "note",
            supported_write_operations=CHANGES if key else []))


FIELDS = [field("id", "String", nullable=False, key=True, length=40),
          field("name", "String", length=80),
          field("quantity", "Long", values=(-2**63, 2**63 - 1)),
          field("amount", "BigDecimal", queryable=False),
          field("made", "DateTime"), field("day", "Date"), field("paid", "Boolean"),
          field("data", "ByteArray"),
          field("note", "String", nullable=False, length=200)]
THINGS = Entity("things", False, True, "Things")
FOLDER = Entity("folder", True, False, "Folder")
INNER = Entity("folder/inner", False, True, "Inner")
ENTITIES = [THINGS, FOLDER]


def load():
    return json.loads(KEEP.read_text())


def details(code, message):
    return ErrorDetails(ErrorCode[code], message)


class Refused(Exception):
    def __init__(self, code, message):
        super().__init__(message)
        self.details = details(code, message)


def log_in(credentials):
    try:
        secret = boto3.client("secretsmanager").get_secret_value(SecretId=credentials.secret_arn)
    except ClientError as error:
        if DEFECT == "crashes-without-its-secret":
            raise
        raise Refused("ResourceNotFoundError", error.response["Error"]["Code"]) from error
    given = json.loads(secret["SecretString"])["password"]
    if DEFECT == "logs-its-password":
        print("logging in with", given)
    if given == PASSWORD or DEFECT == "lets-anybody-in":
        return
    leak = given if DEFECT == "tells-the-password" else "it"
    raise Refused("InvalidCredentials", f"the password is wrong: {leak} opens nothing")


class Condition(CustomConnectorQueryFilterParserVisitor):
    """A filter as a function of a row."""

    def __init__(self):
        self.limit = None

    def visitQueryfilter(self, ctx):
        results = [self.visit(child) for child in ctx.getChildren()
                   if type(child).__name__ != "TerminalNodeImpl"]
        return next((result for result in results if result), lambda row: True)

    def visitLimitExpression(self, ctx):
        self.limit = None if DEFECT == "ignores-limits" else int(ctx.getText()[len("limit"):])

    def visitParenExpression(self, ctx):
        return self.visit(ctx.getChild(1))

    def _both(self, ctx, combine):
        left, right = self.visit(ctx.left), self.visit(ctx.right)
        return lambda row: combine(left(row), right(row))

    def visitANDBinaryExpression(self, ctx):
        return self._both(ctx, lambda a, b: a and b)

    def visitORBinaryExpression(self, ctx):
        return self._both(ctx, lambda a, b: a and b if DEFECT == "or-is-and" else a or b)

    def _compare(self, ctx, compare):
        name, wanted = ctx.left.getText(), self.visit(ctx.right)
        if name not in {field.field_name for field in FIELDS}:
            if DEFECT == "crashes-on-unknown-fields":
                raise KeyError(name)
            raise Refused("InvalidArgument", f"there is no field {name}")
        return lambda row: row[name] is not None and compare(row[name], wanted)

    visitLesserThanComparatorExpression = functools.partialmethod(_compare, compare=operator.lt)
    visitLesserThanEqualToComparatorExpression = functools.partialmethod(
        _compare, compare=operator.le)
    visitGreaterThanComparatorExpression = functools.partialmethod(
        _compare, compare=operator.lt if DEFECT == "greater-is-less" else operator.gt)
    visitGreaterThanEqualToComparatorExpression = functools.partialmethod(
        _compare, compare=operator.ge)
    visitEqualToComparatorExpression = functools.partialmethod(_compare, compare=operator.eq)
    visitNotEqualToComparatorExpression = functools.partialmethod(
        _compare, compare=operator.eq if DEFECT == "unequal-is-equal" else operator.ne)
    visitBooleanEqualToComparatorExpression = visitEqualToComparatorExpression
    visitBooleanNotEqualToComparatorExpression = visitNotEqualToComparatorExpression
    visitLikeComparatorExpression = functools.partialmethod(
        _compare, compare=operator.eq if DEFECT == "contains-is-equal" else operator.contains)

    def visitBetweenExpression(self, ctx):
        name = ctx.getChild(0).getText()
        low, high = (self.visit(ctx.getChild(at)) for at in (2, 4))
        return lambda row: row[name] is not None and (
            low <= row[name] <= high or DEFECT == "between-is-anything")

    def visitValueExpression(self, ctx):
        return self.visit(ctx.getChild(0))

    def visitStringValueExpression(self, ctx):
        if DEFECT == "chokes-on-quotes" and "'" in ctx.getText()[1:-1]:
            raise ValueError("a quote")
        text, out, at = ctx.getText()[1:-1], "", 0
        while at < len(text):
            if text[at] == "\\" and at + 1 < len(text) and text[at + 1] in "\\\"'":
                at += 1
            out += text[at]
            at += 1
        return out

    def visitDecimalValueExpression(self, ctx):
        return int(ctx.getText()) if "." not in ctx.getText() else float(ctx.getText())

    visitCountValueExpression = visitDecimalValueExpression

    def visitIsoDate(self, ctx):
        return ctx.getText()

    visitIsoDateTime = visitIsoDate

    def visitBoolean(self, ctx):
        return ctx.getText().lower() == "true"


class Configuration(ConfigurationHandler):
    def describe_connector_configuration(self, request):
        description = "It's secret" if DEFECT == "describes-with-an-apostrophe" else "Secret"
        return DescribeConnectorConfigurationResponse(
            connector_owner="Amazon" if DEFECT == "is-amazons" else "Keeper",
            connector_name="Keep", connector_version="1.0",
            connector_modes=[ConnectorModes.SOURCE, ConnectorModes.DESTINATION],
            supported_api_versions=["v1"], is_success=True,
            logo_url="http://example.com/logo" if DEFECT == "has-a-plain-url" else None,
            authentication_config=AuthenticationConfig(
                is_custom_auth_supported=DEFECT != "denies-its-authentication",
                custom_auth_config=[CustomAuthConfig("KEY", [
                    AuthParameter("password", True, "Password", description, True)])]))

    def validate_connector_runtime_settings(self, request):
        if DEFECT == "is-slow":
            time.sleep(3)
        return ValidateConnectorRuntimeSettingsResponse(is_success=True)

    def validate_credentials(self, request):
        log_in(request.credentials)
        return ValidateCredentialsResponse(is_success=True)


class Metadata(MetadataHandler):
    def list_entities(self, request):
        log_in(request.connector_context.credentials)
        if request.entities_path:
            return ListEntitiesResponse(is_success=True, entities=[INNER])
        try:
            at = int(request.next_token or 0)
        except ValueError:
            if DEFECT == "crashes-on-tokens-of-lists":
                raise
            raise Refused("InvalidArgument", "no such token") from None
        last = at + request.max_result >= len(ENTITIES)
        entities = ENTITIES if DEFECT == "lists-twice" else ENTITIES[at:at + request.max_result]
        return ListEntitiesResponse(
            is_success=True, entities=entities,
            next_token=None if last else str(at + request.max_result),
            cache_control=CacheControl(10 if DEFECT == "lists-for-seconds" else 3600,
                                       TimeUnit.SECONDS))

    def describe_entity(self, request):
        log_in(request.connector_context.credentials)
        for entity in (THINGS, INNER):
            if entity.entity_identifier == request.entity_identifier:
                fields = FIELDS + FIELDS[1:2] if DEFECT == "has-a-field-twice" else FIELDS
                return DescribeEntityResponse(
                    is_success=True, entity_definition=EntityDefinition(entity, fields))
        if DEFECT == "crashes-on-unknown-entities":
            raise KeyError(request.entity_identifier)
        if DEFECT == "does-not-say-why":
            return DescribeEntityResponse(is_success=False)
        raise Refused("ResourceNotFoundError", "there is no such entity")


GIVEN_TOKENS = set()


def begin_of_page(token):
    try:
        if DEFECT == "remembers-tokens" and token and token not in GIVEN_TOKENS:
            raise ValueError
        return int(token or 0)
    except ValueError:
        if DEFECT == "crashes-on-tokens":
            raise
        raise Refused("InvalidArgument", "no such token") from None


def filtered(request):
    try:
        condition = Condition()
        matches = condition.visit(parse(request.filter_expression))
    except InvalidFilterExpressionError as error:
        if DEFECT == "crashes-on-bad-filters":
            raise
        raise Refused("InvalidArgument", "no filter") from error
    return [row for row in load() if matches(row)][:condition.limit]


def to_record(row, names):
    record = {name: row[name] for name in names or row if row[name] is not None}
    is_old = row["id"].startswith("thing")
    if DEFECT == "leaves-out-notes" and is_old:
        record.pop("note", None)
    if DEFECT == "adds-a-member":
        record["internal"] = 1
    if DEFECT == "counts-in-words" and is_old and "quantity" in record:
        record["quantity"] = "many"
    return json.dumps(record)


class Records(RecordHandler):
    def query_data(self, request):
        log_in(request.connector_context.credentials)
        if request.entity_identifier != "things":
            raise Refused("ResourceNotFoundError", "there is no such entity")
        at, size = begin_of_page(request.next_token), request.max_results
        rows = filtered(request) if request.filter_expression else load()
        if DEFECT == "has-huge-pages":
            return QueryDataResponse(is_success=True, records=[json.dumps({"name": "x" * 7_000_000})])
        page = rows[at:] if DEFECT == "ignores-max-results" else rows[at:at + size]
        at += len(page)
        if DEFECT == "loses-a-record" and at < len(rows):
            at += 1
        token = str(at) if at < len(rows) else None
        if DEFECT == "repeats-its-token" and request.next_token:
            token = request.next_token
        GIVEN_TOKENS.add(token)
        return QueryDataResponse(
            is_success=True, next_token=token,
            records=[to_record(row, request.selected_field_names) for row in page])

    def retrieve_data(self, request):
        rows = {row["id"]: row for row in load()}
        ids = request.ids[:1] if DEFECT == "retrieves-one" else request.ids
        return RetrieveDataResponse(is_success=True, records=[
            to_record(rows[key], request.selected_field_names) for key in ids if key in rows])

    def write_data(self, request):
        log_in(request.connector_context.credentials)
        if request.entity_identifier != "things":
            raise Refused("ResourceNotFoundError", "there is no such entity")
        rows = {row["id"]: row for row in load()}
        records = [json.loads(record) for record in request.records]
        if DEFECT == "gives-up-a-batch" and not request.all_or_none and len(records) == 3 and any(
                record["id"] in rows for record in records):
            raise RuntimeError("duplicate")
        results = [write(rows, request.operation.name, record) for record in records]
        good = all(result.is_success for result in results)
        if good or not request.all_or_none:
            KEEP.write_text(json.dumps(list(rows.values())))
        elif DEFECT != "claims-to-have-written":
            results = [WriteRecordResult(False, result.record_id, result.error_message or
                                         "another was refused") for result in results]
        if DEFECT == "mixes-up-results":
            results.reverse()
        if DEFECT == "drops-a-result":
            results = results[1:]
        return WriteDataResponse(
            is_success=good, write_record_results=results,
            error_details=None if good else details("PartialWriteFailure", "some were refused"))


def write(rows, verb, record):
    key = record["id"]
    if (verb == "INSERT") == (key in rows) and verb != "UPSERT":
        return WriteRecordResult(False, key, "the id is taken" if key in rows else "no such id")
    if verb == "DELETE":
        del rows[key]
        return WriteRecordResult(True, key)
    unknown = set(record) - {field.field_name for field in FIELDS}
    if unknown:
        return WriteRecordResult(False, key, f"there is no field {unknown}")
    row = rows.setdefault(key, {field.field_name: None for field in FIELDS} | {"note": ""})
    if DEFECT == "forgets-other-fields" and verb == "UPDATE":
        row.update({field.field_name: None for field in FIELDS} | {"note": ""})
    if DEFECT == "rounds" and (record.get("quantity") or 0) > 2**60:
        record["quantity"] = int(float(record["quantity"]))
    if DEFECT == "writes-ascii" and record.get("note"):
        record["note"] = record["note"].encode("ascii", "replace").decode()
    if DEFECT == "writes-null-as-text":
        record = {name: "null" if value is None and name == "name" else value
                  for name, value in record.items()}
    if record.get("data"):
        base64.b64decode(record["data"], validate=True)
    row.update(record)
    return WriteRecordResult(True, key)


ANSWERS = {"DescribeEntityRequest": DescribeEntityResponse, "QueryDataRequest": QueryDataResponse,
           "ListEntitiesRequest": ListEntitiesResponse, "WriteDataRequest": WriteDataResponse,
           "ValidateCredentialsRequest": ValidateCredentialsResponse}


class Answering:
    """A handler whose refusals are answers."""

    def __init__(self, handler):
        self._handler = handler

    def __getattr__(self, name):
        call = getattr(self._handler, name)

        def answered(request):
            try:
                return call(request)
            except Refused as refused:
                return ANSWERS[type(request).__name__](
                    is_success=False, error_details=refused.details)
        return answered


def main(event, context):
    if DEFECT == "dies-of-strangers" and event["type"].startswith("Sluice"):
        os._exit(3)
    if (DEFECT == "wants-no-news" and "sluiceUnknownMember" in event
            and "connectorContext" not in event):
        raise ValueError("what is this?")
    connector = BaseLambdaConnectorHandler(
        Answering(Metadata()), Answering(Records()), Answering(Configuration()))
    answer = connector.lambda_handler(event, context)
    if DEFECT == "does-not-say-whether" and event["type"] == "ListEntitiesRequest":
        del answer["isSuccess"]
    if DEFECT == "has-codes-of-its-own" and answer.get("errorDetails"):
        answer["errorDetails"]["errorCode"] = "E42"
    if DEFECT == "has-modes-of-its-own" and "connectorModes" in answer:
        answer["connectorModes"].append("BOTH")
    return answer
