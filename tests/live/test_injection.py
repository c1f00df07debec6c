"""Text from outside stays text: wherever it comes in, no other statement and no other row comes out."""

import base64
import json

import pytest

from conftest import RECORD_CANARY

ATTACKS = [
    "' OR '1'='1", "' OR 1=1 -- ", '" OR ""="', "` OR 1=1 -- ", "1 OR 1=1", "1; DROP TABLE canary",
    "'; DROP TABLE canary; -- ", "`; DROP TABLE canary; -- ", "t`; DROP TABLE canary; -- ",
    "' UNION SELECT id, secret FROM canary -- ", "t` UNION SELECT * FROM `canary",
    "t WHERE 1=0 UNION SELECT id, secret FROM canary", "(SELECT secret FROM canary)",
    "\\' OR 1=1 -- ", "\\\\' OR 1=1 -- ", "\\", "'", '"', "`", "``", "\0", "'\0 OR 1=1", "/*! OR 1=1 */",
    "/*", "-- ", "#", "%' OR '%'='", "%", "_", "誠' OR 1=1 -- ", "\u02bc OR 1=1", "＇ OR 1=1 -- ",
    "\ufeff' OR 1=1", "a\r\n' OR 1=1 -- ", "canary", "../canary", "other.canary", "{}.canary",
    "`{}`.`canary`", "information_schema.tables", "mysql.user", "@@version", "SLEEP(20)",
    "1 AND SLEEP(20)", "' AND SLEEP(20) AND '", "%s", "%n%n%n", "${{jndi}}", "x" * 5000, "é" * 300]


@pytest.fixture
def table(sql, connect):
    sql("CREATE TABLE t (id VARCHAR(40) PRIMARY KEY, n INT, v VARCHAR(6000))")
    sql("INSERT INTO t VALUES ('a', 1, 'one'), ('b', 2, 'two')")
    sql("CREATE TABLE canary (id VARCHAR(40) PRIMARY KEY, secret VARCHAR(40))")
    sql("INSERT INTO canary VALUES ('c', %s)", RECORD_CANARY)
    connection = connect(sql.tidb, sql.database)
    yield connection
    assert sql("SELECT * FROM canary") == (("c", RECORD_CANARY),)
    tables = {name for name, in sql("SHOW TABLES")} - {"_sluice_progress"}
    assert tables == {"t", "canary"}


def attacks(sql):
    return [attack.replace("{}", sql.database) for attack in ATTACKS]


def assert_gives_nothing(answer):
    """A refusal, or a success with no rows."""
    assert RECORD_CANARY not in json.dumps(answer), answer
    if answer["isSuccess"]:
        assert not answer.get("records"), answer
    else:
        assert answer["errorDetails"]["errorCode"] in (
            "InvalidArgument", "ResourceNotFoundError", "AccessDenied", "PartialWriteFailure"), answer
        assert answer["errorDetails"]["errorMessage"]


def rows(sql):
    return sql("SELECT * FROM t ORDER BY id")


UNTOUCHED = (("a", 1, "one"), ("b", 2, "two"))


@pytest.mark.parametrize("has_database", [True, False])
def test_as_an_entity(has_database, table, sql):
    if not has_database:  # Then an entity names it: "db.table".
        table.function.secrets[table.arn] |= {"database": ""}
        assert table.query(f"{sql.database}.t", selectedFieldNames=["n"]) == [{"n": 1}, {"n": 2}]
    for attack in attacks(sql):
        if "canary" in attack and "SELECT" not in attack and "DROP" not in attack:
            continue  # Names of a table that the connection may read.
        for message, members in [
                ("DescribeEntity", {}), ("QueryData", {}),
                ("RetrieveData", {"ids": ["a"], "idFieldName": "id"}),
                ("WriteData", {"operation": "INSERT", "records": ['{"id":"x"}']}),
                ("WriteData", {"operation": "DELETE", "idFieldNames": ["id"],
                               "records": ['{"id":"a"}']})]:
            answer = table.ask(message, entityIdentifier=attack, **members)
            assert answer["isSuccess"] is False, (attack, answer)
            assert_gives_nothing(answer)
        listed = table.ask("ListEntities", entitiesPath=attack)
        assert "canary" not in [e["entityIdentifier"] for e in listed.get("entities") or []]
    assert rows(sql) == UNTOUCHED


def test_as_a_field(table, sql):
    for attack in attacks(sql):
        for message, members in [
                ("QueryData", {"selectedFieldNames": [attack]}),
                ("QueryData", {"selectedFieldNames": ["id", attack, "n"]}),
                ("RetrieveData", {"ids": ["a"], "idFieldName": attack}),
                ("RetrieveData", {"ids": ["a"], "idFieldName": "id", "selectedFieldNames": [attack]}),
                ("WriteData", {"operation": "UPSERT", "idFieldNames": [attack],
                               "records": ['{"id":"a","v":"changed"}']}),
                ("WriteData", {"operation": "DELETE", "idFieldNames": ["id", attack],
                               "records": ['{"id":"a"}']})]:
            answer = table.ask(message, entityIdentifier="t", **members)
            assert answer["isSuccess"] is False, (attack, answer)
            assert_gives_nothing(answer)
        for operation in ("INSERT", "UPSERT", "UPDATE", "DELETE"):
            answer = table.write(operation, "t", [{"id": "a", attack: "changed"}], ["id"])
            assert operation == "DELETE" or answer["isSuccess"] is False, (attack, answer)
            if operation == "DELETE":
                table.write("INSERT", "t", [{"id": "a", "n": 1, "v": "one"}])
        assert rows(sql) == UNTOUCHED, attack


def test_as_a_filter(table, sql):
    for attack in attacks(sql):
        assert_gives_nothing(table.ask("QueryData", entityIdentifier="t",
                                       filterExpression=f"id = 'x' and {attack}"))
        assert_gives_nothing(table.ask("QueryData", entityIdentifier="t",
                                       filterExpression=f"{attack} = 'a'"))
        for expression in (f"id = '{attack}'", f"id contains '{attack}x'", f"n = {attack}",
                           f"id in ('{attack}', 'x')", f"id = 'x' LIMIT {attack}"):
            answer = table.ask("QueryData", entityIdentifier="t", filterExpression=expression)
            assert RECORD_CANARY not in json.dumps(answer)
            # The quote in some of them ends the text, and what follows may be the language's own.
            if answer["isSuccess"] and "'" not in attack:
                assert not answer["records"], (expression, answer)
            elif not answer["isSuccess"]:
                assert answer["errorDetails"]["errorCode"] == "InvalidArgument", (expression, answer)


def test_as_a_value_of_a_filter(table, sql):
    """Quoted as the language wants it, each value finds just the row that has it."""
    texts = [attack for attack in attacks(sql) if len(attack) < 1000]
    table.write("INSERT", "t", [{"id": str(i), "v": text} for i, text in enumerate(texts)])
    for i, text in enumerate(texts):
        if text.endswith("\\") or "\\'" in text or '\\"' in text:
            continue  # Ambiguous in the language itself: see the contract of the filter.
        quoted = '"' + text.replace("\\", "\\\\").replace('"', '\\"') + '"'
        found = table.query("t", filterExpression=f"v = {quoted}", selectedFieldNames=["v"])
        assert {record["v"] for record in found} == {text}, (text, found)
        found = table.query("t", filterExpression=f"v contains {quoted}", selectedFieldNames=["v"])
        assert {text} <= {record["v"] for record in found}
        assert all(text.lower() in record["v"].lower() for record in found), (text, found)


def test_as_a_token(table, sql):
    table.write("INSERT", "t", [{"id": f"r{i}"} for i in range(20)])
    _, token = table.page("t", maxResults=5)
    for attack in attacks(sql):
        forged = [attack, base64.b64encode(attack.encode()).decode(), token + attack, attack + token]
        for text in forged:
            answer = table.ask("QueryData", entityIdentifier="t", nextToken=text)
            assert answer["isSuccess"] is False, (text, answer)
            assert answer["errorDetails"]["errorCode"] == "InvalidArgument", answer
            listed = table.ask("ListEntities", nextToken=text)
            assert listed["isSuccess"] or listed["errorDetails"]["errorCode"] == "InvalidArgument"
    for i in range(len(token)):  # Any one character changed.
        changed = token[:i] + ("A" if token[i] != "A" else "B") + token[i + 1:]
        answer = table.ask("QueryData", entityIdentifier="t", nextToken=changed)
        assert answer["isSuccess"] is False, (i, changed)
    # A good token, but of another query.
    for members in ({"entityIdentifier": "canary"}, {"entityIdentifier": "t", "filterExpression": "n = 1.0"},
                    {"entityIdentifier": "t", "selectedFieldNames": ["v"]}):
        answer = table.ask("QueryData", nextToken=token, **members)
        assert answer["isSuccess"] is False and RECORD_CANARY not in json.dumps(answer)


def test_as_an_id(table, sql):
    for attack in attacks(sql):
        for field in ("id", "n", None):
            assert_gives_nothing(table.ask("RetrieveData", entityIdentifier="t", ids=[attack],
                                           idFieldName=field))
        record = {"id": attack, "n": 3}
        assert_gives_nothing(table.write("UPDATE", "t", [record], ["id"]))
        assert_gives_nothing(table.write("DELETE", "t", [record], ["id"]))
        assert rows(sql) == UNTOUCHED, attack


def test_as_a_value(table, sql):
    texts = attacks(sql)
    for operation in ("INSERT", "UPSERT", "UPDATE"):
        records = [{"id": f"r{i}", "n": 5, "v": text} for i, text in enumerate(texts)]
        answer = table.write(operation, "t", records, ["id"])
        assert answer["isSuccess"] is True, answer
        stored = dict(sql("SELECT id, v FROM t WHERE n = 5"))
        assert stored == {f"r{i}": text for i, text in enumerate(texts)}
        for text in texts:
            assert_gives_nothing(table.write(operation, "t", [{"id": "a", "n": text}], ["id"])
                                 if not text.strip().isdigit() else {"isSuccess": True})
        assert sql("SELECT n FROM t WHERE id = 'a'") == ((1,),)
    assert {record["v"] for record in table.query("t", filterExpression="n = 5.0")} == set(texts)


def test_as_a_record(table, sql):
    for text in ["", "[]", "null", "1", '"a"', "{", '{"id":}', '{"id":"x"}{"id":"y"}', '{"id":"x"};',
                 "{'id':'x'}", '{"id":"\\ud800"}', "[" * 5000,
                 '{"id":"a","n":[1]}', '{"id":"a","n":{}}', *attacks(sql)]:
        for operation in ("INSERT", "UPSERT", "UPDATE", "DELETE"):
            if operation == "DELETE" and '"n"' in text:
                continue  # It looks at the id only.
            answer = table.write(operation, "t", [text], ["id"])
            assert answer["isSuccess"] is False, (operation, text, answer)
            assert_gives_nothing(answer)
    assert rows(sql) == UNTOUCHED


@pytest.mark.parametrize("key", ["hostname", "username", "password", "database", "port", "driver",
                                 "tls", "caCertificate"])
def test_as_a_setting(key, table, sql, connect):
    right = table.function.secrets[table.arn].get(key, "")
    for attack in [*attacks(sql), right + "\0", right + "\0x"]:
        other = connect(sql.tidb, sql.database, table.function, {key: attack})
        for message, members in [("ValidateCredentials", {}), ("ListEntities", {}),
                                 ("QueryData", {"entityIdentifier": "t"})]:
            answer = other.ask(message, **members)
            if key == "caCertificate" and answer["isSuccess"]:
                continue  # It is not looked at without TLS.
            assert answer["isSuccess"] is False, (attack, message, answer)
            assert answer["errorDetails"]["errorMessage"], answer
            if key == "password":
                assert attack not in answer["errorDetails"]["errorMessage"] or len(attack) < 3
    assert [record["id"] for record in table.query("t")] == ["a", "b"]


def test_as_a_progress_setting(table, sql):
    """The name of a stream and what the sender keeps there are text as well."""
    for i, attack in enumerate(attacks(sql)):
        position = json.dumps({"stream": attack, "seq": 1, "previous": 0, "token": attack})
        answer = table.ask("WriteData", entityIdentifier="t", operation="INSERT",
                           records=[json.dumps({"id": f"p{i}", "n": 7})],
                           settings={"sluice.progress": position})
        if answer["isSuccess"]:
            assert sql("SELECT COUNT(*) FROM _sluice_progress WHERE stream = %s", attack) == ((1,),)
        else:
            assert_gives_nothing(answer)
