"""What CloudFormation makes of a template: the few functions of it that ours use."""

import re

import yaml


class _Loader(yaml.SafeLoader):
    """Reads `!Sub x` as {"Fn::Sub": x}."""


def _tagged(loader, name, node):
    if isinstance(node, yaml.ScalarNode):
        value = loader.construct_scalar(node)
    elif isinstance(node, yaml.SequenceNode):
        value = loader.construct_sequence(node, deep=True)
    else:
        value = loader.construct_mapping(node, deep=True)
    if name == "GetAtt":
        value = value.split(".")
    return {name if name in ("Ref", "Condition") else f"Fn::{name}": value}


_Loader.add_multi_constructor("!", _tagged)

_NO_VALUE = object()


class Stack:
    """A template with its parameters and functions worked out. A reference to a resource is its
    name, an attribute is "name.attribute"."""

    def __init__(self, template, pseudo, parameters):
        document = yaml.load(template, _Loader)
        declared = document["Parameters"]
        assert set(parameters) <= set(declared), parameters
        self._values = {f"AWS::{name}": value for name, value in pseudo.items()}
        self._values["AWS::NoValue"] = _NO_VALUE
        for name, parameter in declared.items():
            value = parameters.get(name, parameter["Default"])
            is_list = parameter["Type"] == "CommaDelimitedList"
            self._values[name] = value.split(",") if is_list else value
        self._values |= {name: name for name in document["Resources"]}
        self._conditions = document["Conditions"]
        self.resources = self._existing(document["Resources"])
        self.outputs = {name: output["Value"]
                        for name, output in self._existing(document["Outputs"]).items()}

    def properties(self, resource_type):
        """Of the one resource of that type."""
        found = [r for r in self.resources.values() if r["Type"] == resource_type]
        assert len(found) == 1, (resource_type, found)
        return found[0]["Properties"]

    def _existing(self, items):
        return {name: self._evaluate(item) for name, item in items.items()
                if "Condition" not in item or self._is(item["Condition"])}

    def _is(self, condition):
        return self._evaluate(self._conditions[condition])

    def _evaluate(self, node):
        if isinstance(node, list):
            return [item for item in map(self._evaluate, node) if item is not _NO_VALUE]
        if not isinstance(node, dict):
            return node
        if len(node) == 1:
            (name, argument), = node.items()
            if name == "Ref":
                return self._values[argument]
            if name.startswith("Fn::"):
                return self._call(name[len("Fn::"):], argument)
        members = {name: self._evaluate(member) for name, member in node.items()}
        return {name: member for name, member in members.items() if member is not _NO_VALUE}

    def _call(self, function, argument):
        if function == "If":
            condition, yes, no = argument
            return self._evaluate(yes if self._is(condition) else no)
        if function == "Sub":
            return re.sub(r"\$\{([\w:]+)\}", lambda name: self._values[name[1]], argument)
        argument = self._evaluate(argument)
        if function == "GetAtt":
            assert argument[0] in self._values, argument
            return ".".join(argument)
        if function == "Join":
            return argument[0].join(argument[1])
        if function == "Equals":
            return argument[0] == argument[1]
        if function == "Not":
            return not argument[0]
        if function == "Or":
            return any(argument)
        raise AssertionError(f"unknown function {function}")
