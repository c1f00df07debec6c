"""Writes AppFlow's API as C++: structs, rules, readers and writers, from AWS's own model.

    generate_api.py service-2.json.gz OUTPUT_DIR

makes in OUTPUT_DIR:
    shapes.h        one struct for each structure of the model, its Read and its Write
    shapes_<n>.cc   their bodies
    enums.h         the values of each enum as constants
    rules.h         the constraints of each shape that has some
    operations.h    name, method and path of each operation

Run by the build (sluice/api/CMakeLists.txt); nothing of its output is committed.
"""

import gzip
import json
import pathlib
import re
import sys

TRANSLATION_UNITS = 4
LONGEST_TEXT_FOR_A_PATTERN = 10_000

# PCRE2 counts in code points and knows no surrogates.
PCRE_PATTERNS = {
    r"[\u0020-\uD7FF\uE000-\uFFFD\uD800\uDC00-\uDBFF\uDFFF\t]*":
        r"[\x{20}-\x{D7FF}\x{E000}-\x{FFFD}\x{10000}-\x{10FFFF}\t]*",
}

# Credentials that the model does not mark as sensitive.
ALSO_SENSITIVE = {"ApiToken", "ApplicationKey", "AuthCode", "RefreshToken"}

SCALARS = {
    "boolean": "bool",
    "integer": "int64_t",
    "long": "int64_t",
    "double": "double",
    "timestamp": "Time",
}

BANNER = "// Made from AWS's model by tools/generate_api.py.\n#pragma once\n\n"
NAMESPACE = "namespace sluice::api::appflow {\n\n"
NAMESPACE_END = "\n}  // namespace sluice::api::appflow\n"


def snake(name):
    """flowName -> flow_name, S3 -> s3, SAPOData -> sapo_data, oAuth2Properties -> oauth2_properties"""
    name = name.replace("oAuth", "oauth").replace("OAuth", "Oauth")
    name = re.sub(r"([A-Z]+)([A-Z][a-z])", r"\1_\2", name)
    return re.sub(r"([a-z0-9])([A-Z])", r"\1_\2", name).lower()


def constant(value):
    """LESS_THAN -> kLessThan, Map_all -> kMapAll, OnDemand -> kOnDemand"""
    words = value.split("_")
    if value.isupper():
        words = [word.capitalize() for word in words]
    return "k" + "".join(word[0].upper() + word[1:] for word in words)


def enum_namespace(name):
    return "operator_" if name == "Operator" else snake(name)


def quoted(text):
    return json.dumps(text)


def raw(text):
    return f'R"re({text})re"'


class Model:
    def __init__(self, document):
        self.shapes = document["shapes"]
        self.operations = document["operations"]

    def structures(self):
        """Names of the structures but the exceptions, each after those it contains."""
        order, done = [], set()

        def visit(name):
            if name in done:
                return
            done.add(name)
            shape = self.shapes[name]
            for part in self.parts(shape):
                visit(part)
            if shape["type"] == "structure" and not shape.get("exception"):
                order.append(name)

        for name in sorted(self.shapes):
            visit(name)
        return order

    def parts(self, shape):
        if shape["type"] == "structure":
            return [member["shape"] for member in shape["members"].values()]
        return [shape[side]["shape"] for side in ("key", "member", "value") if side in shape]

    def body_members(self, name):
        """Members that travel in the body: (name on the wire, shape, required)."""
        shape = self.shapes[name]
        required = shape.get("required", [])
        return [(wire, member["shape"], wire in required)
                for wire, member in shape["members"].items() if "location" not in member]

    def is_sensitive(self, name):
        return self.shapes[name].get("sensitive", False) or name in ALSO_SENSITIVE

    def cpp_type(self, name):
        shape = self.shapes[name]
        kind = shape["type"]
        if kind == "structure":
            return name
        if kind == "string":
            return "Secret" if self.is_sensitive(name) else "std::string"
        if kind == "list":
            return f"std::vector<{self.cpp_type(shape['member']['shape'])}>"
        if kind == "map":
            return f"std::map<std::string, {self.cpp_type(shape['value']['shape'])}>"
        return SCALARS[kind]

    def has_rule(self, name):
        shape = self.shapes[name]
        if shape["type"] == "structure":
            return False
        limits = any(key in shape for key in ("min", "max", "pattern", "enum"))
        return limits or self.is_sensitive(name) or any(self.has_rule(p) for p in self.parts(shape))

    def rule(self, name):
        return f"k{name}Rule" if self.has_rule(name) else "kNoRule"


def enums_h(model):
    text = BANNER + "#include <string_view>\n\n" + NAMESPACE
    for name, shape in sorted(model.shapes.items()):
        if "enum" not in shape:
            continue
        text += f"namespace {enum_namespace(name)} {{\n"
        for value in shape["enum"]:
            text += f"inline constexpr std::string_view {constant(value)} = {quoted(value)};\n"
        text += f"inline constexpr std::string_view kAll[] = {{{', '.join(map(constant, shape['enum']))}}};\n"
        text += f"}}  // namespace {enum_namespace(name)}\n\n"
    return text.rstrip("\n") + "\n" + NAMESPACE_END


def rules_h(model):
    text = BANNER + ('#include "sluice/api/generated/enums.h"\n'
                     '#include "sluice/api/rule.h"\n\n') + NAMESPACE
    patterns = {}
    for shape in model.shapes.values():
        if "pattern" in shape:
            patterns.setdefault(shape["pattern"], f"kPattern{len(patterns)}")
    for pattern, name in patterns.items():
        pcre = PCRE_PATTERNS.get(pattern, pattern)
        text += f"inline constinit Pattern {name}{{{raw(pattern)},\n    {raw(pcre)}}};\n"
    text += f"inline constinit Pattern* const kPatterns[] = {{{', '.join('&' + n for n in patterns.values())}}};\n\n"

    done = set()

    def emit(name):
        nonlocal text
        shape = model.shapes[name]
        if name in done or not model.has_rule(name):
            return
        done.add(name)
        for part in model.parts(shape):
            emit(part)
        fields = []
        if "min" in shape:
            fields.append(f".min = {shape['min']}")
        if "max" in shape:
            fields.append(f".max = {shape['max']}")
        if "pattern" in shape:
            if shape.get("max", LONGEST_TEXT_FOR_A_PATTERN + 1) > LONGEST_TEXT_FOR_A_PATTERN:
                sys.exit(f"{name}: a pattern without a short enough maximum length")
            fields.append(f".pattern = &{patterns[shape['pattern']]}")
        if "enum" in shape:
            fields.append(f".values = {enum_namespace(name)}::kAll")
        if model.is_sensitive(name):
            fields.append(".is_sensitive = true")
        if "key" in shape and model.has_rule(shape["key"]["shape"]):
            fields.append(f".key = &{model.rule(shape['key']['shape'])}")
        for side in ("member", "value"):
            if side in shape and model.has_rule(shape[side]["shape"]):
                fields.append(f".member = &{model.rule(shape[side]['shape'])}")
        text += f"inline constinit const Rule k{name}Rule{{{', '.join(fields)}}};\n"

    for name, shape in sorted(model.shapes.items()):
        if shape["type"] != "structure":
            emit(name)
    return text + NAMESPACE_END


def shapes_h(model):
    text = BANNER + ("#include <cstdint>\n#include <map>\n#include <optional>\n#include <string>\n"
                     "#include <vector>\n\n"
                     '#include "sluice/base/clock.h"\n#include "sluice/base/secret.h"\n\n'
                     "namespace sluice::api {\nclass ShapeReader;\nclass ShapeWriter;\n}\n\n") + NAMESPACE
    for name in model.structures():
        members = model.body_members(name)
        text += f"struct {name} {{\n"
        for wire, shape, required in members:
            kind = model.cpp_type(shape)
            default = "{}" if kind in SCALARS.values() else ""
            kind = kind if required else f"std::optional<{kind}>"
            text += f"  {kind} {snake(wire)}{default if required else ''};\n"
        text += "};\n"
        text += f"void Read(ShapeReader& reader, {name}& shape);\n"
        text += f"void Write(ShapeWriter& writer, const {name}& shape);\n\n"
    return text.rstrip("\n") + "\n" + NAMESPACE_END


def shapes_cc(model, names):
    text = ("// Made from AWS's model by tools/generate_api.py.\n"
            '#include "sluice/api/generated/shapes.h"\n\n'
            '#include "sluice/api/generated/rules.h"\n'
            '#include "sluice/api/shape_reader.h"\n'
            '#include "sluice/api/shape_writer.h"\n\n') + NAMESPACE
    for name in names:
        members = model.body_members(name)
        text += f"static void Visit(auto& visitor, auto& shape, const {name}*) {{\n"
        if not members:
            text += "  (void)visitor, (void)shape;\n"
        for wire, shape, _ in members:
            text += f"  visitor.Member({quoted(wire)}, shape.{snake(wire)}, {model.rule(shape)});\n"
        text += "}\n"
        text += f"void Read(ShapeReader& reader, {name}& shape) {{ Visit(reader, shape, &shape); }}\n"
        text += f"void Write(ShapeWriter& writer, const {name}& shape) {{ Visit(writer, shape, &shape); }}\n\n"
    return text.rstrip("\n") + "\n" + NAMESPACE_END


def operations_h(model):
    text = BANNER + "#include <string_view>\n\n" + NAMESPACE
    text += ("struct Operation {\n  std::string_view name, method, path;\n};\n\n"
             "inline constexpr Operation kOperations[] = {\n")
    for name, operation in sorted(model.operations.items()):
        http = operation["http"]
        text += f"    {{{quoted(name)}, {quoted(http['method'])}, {quoted(http['requestUri'])}}},\n"
    return text + "};\n" + NAMESPACE_END


def main():
    model_file, output = sys.argv[1], pathlib.Path(sys.argv[2])
    with gzip.open(model_file) as document:
        model = Model(json.load(document))
    output.mkdir(parents=True, exist_ok=True)
    files = {
        "enums.h": enums_h(model),
        "rules.h": rules_h(model),
        "shapes.h": shapes_h(model),
        "operations.h": operations_h(model),
    }
    structures = model.structures()
    for n in range(TRANSLATION_UNITS):
        files[f"shapes_{n}.cc"] = shapes_cc(model, structures[n::TRANSLATION_UNITS])
    for name, text in files.items():
        (output / name).write_text(text)


if __name__ == "__main__":
    main()
