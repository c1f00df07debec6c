"""AppFlow's filter expressions as SQL, by the parser that AWS gives away with its Python SDK."""

from custom_connector_queryfilter.queryfilter.antlr.CustomConnectorQueryFilterParserVisitor import (
    CustomConnectorQueryFilterParserVisitor)
from custom_connector_queryfilter.queryfilter.parse_tree_builder import parse


class _Sql(CustomConnectorQueryFilterParserVisitor):
    """Visits a tree and gathers its words; literals become parameters."""

    def __init__(self, definition):
        self._fields = {field.field_name for field in definition.fields}
        self.words, self.values = [], []

    def visitParenExpression(self, ctx):
        self.words.append("(")
        self.visitChildren(ctx)
        self.words.append(")")

    def visitIdentifier(self, ctx):
        if ctx.getText() not in self._fields:
            raise ValueError(f"there is no field {ctx.getText()}")
        self.words.append(ctx.getText())

    def _word(self, ctx):
        self.words.append(ctx.getText())

    visitGtComparator = visitGeComparator = visitLtComparator = visitLeComparator = _word
    visitEqComparator = visitNeComparator = visitBetweenComparator = _word
    visitAndBinary = visitOrBinary = _word

    def visitLikeComparatorExpression(self, ctx):
        self.words.append("instr(")
        self.visit(ctx.left)
        self.words.append(",")
        self.visit(ctx.right)
        self.words.append(")")

    def _value(self, value):
        self.words.append("?")
        self.values.append(value)

    def visitStringValueExpression(self, ctx):
        text = ctx.getText()[1:-1]
        for escaped in "\\\"'":
            text = text.replace("\\" + escaped, escaped)
        self._value(text)

    def visitDecimalValueExpression(self, ctx):
        self._value(float(ctx.getText()))

    def visitIsoDateTime(self, ctx):
        self._value(ctx.getText())

    def visitBoolean(self, ctx):
        self._value(ctx.getText().lower() == "true")


def to_sql(expression, definition):
    """(condition, parameters)"""
    if not expression:
        return "1", []
    sql = _Sql(definition)
    sql.visit(parse(expression))
    return " ".join(sql.words), sql.values
