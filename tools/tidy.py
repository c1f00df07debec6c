#!/usr/bin/env python3
"""Looks for what a compiler lets pass: includes that look upward, dead files, lines against the
style, names and paths that belong to one machine. Prints `file:line: what and how to mend it`.

    tools/tidy.py [ROOT]      exit status 1 where there is something to mend
"""

import re
import subprocess
import sys
from pathlib import Path, PurePosixPath

# Which folders a folder of sluice/ may include from; what those may include comes with them.
# docs/architecture.md has the picture. "connectors/*" stands for each folder in connectors/.
ARROWS = {
    "base": [],
    "model": ["base"],
    "net": ["base"],
    "protocol": ["model"],
    "tidb": ["model"],
    "connector": ["model"],
    "sdk": ["protocol", "net"],
    "secrets": ["net"],
    "sandbox": ["net"],
    "functions": ["protocol", "net"],
    "conformance": ["protocol"],
    "flow": ["connector"],
    "console": ["flow", "net"],
    "connectors/*": ["connector", "protocol", "net", "tidb"],
    "connectors": ["connectors/*"],
    "api": ["flow", "functions", "secrets", "connector", "protocol", "net"],
    "store": ["api", "flow", "functions", "secrets"],
    "bin/tidb_lambda": ["sdk", "tidb"],
    "bin": ["connectors", "store", "api", "flow", "console", "functions", "secrets", "sandbox",
            "sdk", "conformance"],
}
# What the tests of a folder may include besides.
TEST_ARROWS = {"flow": ["connectors/memory"]}

# Libraries that stay where they are: how an include begins, who may have it, and what others use.
LIBRARIES = [
    (("arrow/", "parquet/"), ["connector", "connectors/*", "connectors", "flow"],
     "sluice/connector/"),
    (("sqlite3.h",), ["store"], "the interfaces that store implements"),
    (("mysql.h", "mysql/", "mariadb/"), ["tidb"], "sluice/tidb/"),
    (("curl/",), ["net"], "sluice/net/http.h"),
    (("boost/beast", "boost/asio"), ["net", "functions"], "sluice/net/"),
]

MAX_COLUMNS = 100
MAX_BYTES = 1_000_000

# Assembled, so that this file does not contain what it looks for.
REGISTRIES = [".".join(parts) for parts in [
    ("pypi", "org"), ("files", "pythonhosted", "org"), ("registry", "npmjs", "org"),
    ("registry", "yarnpkg", "com"), ("proxy", "golang", "org"), ("sum", "golang", "org"),
    ("repo1", "maven", "org"), ("repo", "maven", "apache", "org"), ("deb", "debian", "org"),
    ("security", "debian", "org"), ("crates", "io"), ("rubygems", "org")]]
REGISTRY = re.compile("|".join(map(re.escape, REGISTRIES)), re.IGNORECASE)
MACHINE_PATH = re.compile(r"(?<![\w.}/-])/(?:%s)" % "|".join(["work" + "/", "tmp" + "/bash",
                                                              "tmp" + "/w/"]))
LOCK_FILES = re.compile(r"(package-lock\.json|yarn\.lock|pnpm-lock\.yaml|poetry\.lock|uv\.lock"
                        r"|requirements.*\.(txt|in))$")
LOCKED_HOST = re.compile("|".join([
    r'"resolved":\s*"https?://', r'^\s*resolved\s+"?https?://',  # npm, yarn
    r"\btarball:\s*https?://",  # pnpm
    r"^\s*(--(extra-)?index-url|-i)\b", r"\s@\s+https?://",  # pip
    r'\b(url|registry)\s*=\s*"https?://',  # poetry, uv
]))
INCLUDE = re.compile(r'^\s*#\s*include\s+["<]([^">]+)[">]')
CPP = (".h", ".cc")


class Tree:
    """The files of a checkout, by their path from its root."""

    def __init__(self, root, paths):
        self.root = Path(root)
        self.paths = sorted(p for p in paths if (self.root / p).is_symlink()
                            or (self.root / p).is_file())
        self.texts = {p: self._read(p) for p in self.paths}
        self.includes = {p: [(number, match[1]) for number, line in enumerate(self.lines(p), 1)
                             if (match := INCLUDE.match(line))]
                         for p in self.cpp()}
        self.users = {}
        for path, includes in self.includes.items():
            for _, include in includes:
                self.users.setdefault(include, set()).add(path)

    def _read(self, path):
        file = self.root / path
        if file.is_symlink():
            return None
        try:
            # Not read_text, which would hide CRLF.
            return file.read_bytes().decode()
        except UnicodeDecodeError:
            return None

    def lines(self, path):
        return (self.texts[path] or "").split("\n")

    def cpp(self):
        return [p for p in self.paths if p.endswith(CPP)]

    def is_test(self, path):
        """A test, or a header that tests alone include."""
        users = self.users.get(path, set())
        return path.endswith("_test.cc") or (
            path.endswith(".h") and bool(users) and all(map(self.is_test, users - {path})))

    def cmake_lists(self):
        return [p for p in self.paths if PurePosixPath(p).name == "CMakeLists.txt"]


def folder_of(path):
    """The folder of the table that a path below sluice/ belongs to, as its name in the table and as
    it is: ("connectors/*", "connectors/tidb"). (None, …) where the table has none."""
    parts = PurePosixPath(path).parts[1:-1]
    actual = "/".join(parts[:2])
    if actual in ARROWS:
        return actual, actual
    if len(parts) > 1 and parts[0] + "/*" in ARROWS:
        return parts[0] + "/*", actual
    actual = parts[0] if parts else ""
    return (actual if actual in ARROWS else None), actual


def reachable(folder):
    found, todo = set(), list(ARROWS[folder])
    while todo:
        if (next_folder := todo.pop()) not in found:
            found.add(next_folder)
            todo += ARROWS[next_folder]
    return found


def check_layers(tree):
    for path in tree.cpp():
        if not path.startswith("sluice/"):
            continue
        name, actual = folder_of(path)
        if name is None:
            yield (path, 1,
                   f"the folder {actual} is not in tools/tidy.py: say there what it may include")
            continue
        allowed = reachable(name)
        if tree.is_test(path):
            allowed |= set(TEST_ARROWS.get(actual, []))
        for number, include in tree.includes[path]:
            if include.startswith("sluice/"):
                target, target_actual = folder_of(include)
                if target_actual == actual or {target, target_actual} & allowed:
                    continue
                yield (path, number,
                       f"{actual} may not include from {target_actual} ({include}): arrows point "
                       "down; declare an interface here that the other side implements")
            else:
                yield from check_library(path, number, name, include)


def check_library(path, number, folder, include):
    for beginnings, homes, instead in LIBRARIES:
        if include.startswith(beginnings) and folder not in homes:
            yield path, number, f"<{include}> belongs in {', '.join(homes)} only: use {instead}"


def check_headers_are_used(tree):
    for path in tree.cpp():
        if not path.endswith(".h"):
            continue
        own = {path, path[:-2] + ".cc", path[:-2] + "_test.cc", path[:-2] + "_live_test.cc"}
        if not tree.users.get(path, set()) - own:
            yield path, 1, "nobody includes this header but its own files: use it or delete them"


def check_sources_have_a_role(tree):
    for path in tree.cpp():
        if not path.endswith(".cc") or path.endswith("_test.cc"):
            continue
        folder = str(PurePosixPath(path).parent) + "/"
        implements = any(include.startswith(folder) for _, include in tree.includes[path])
        if not implements and not re.search(r"^int main\(|LLVMFuzzerTestOneInput\(",
                                            tree.texts[path] or "", re.MULTILINE):
            yield (path, 1, "implements no header of its folder, is no test and has no main(): "
                   "include what it implements first, or delete it")


def cmake_commands(text):
    """[(command, [words])], with variables of set() put in."""
    text = re.sub(r"#[^\n\"]*$", "", text, flags=re.MULTILINE)
    variables, commands = {}, []
    for name, arguments in re.findall(r"(\w+)\s*\(([^()]*)\)", text):
        words = []
        for word in arguments.split():
            variable = re.fullmatch(r"\$\{(\w+)\}", word)
            words += variables.get(variable[1], [word]) if variable else [word]
        if name == "set" and words:
            variables[words[0]] = words[1:]
        commands.append((name, words))
    return commands


def check_sources_are_built(tree):
    named, globbed, excluded = set(), set(), {}
    for lists in tree.cmake_lists():
        folder = PurePosixPath(lists).parent
        for command, words in cmake_commands(tree.texts[lists]):
            if command == "set":
                continue
            if command == "sluice_library":
                globbed.add(str(folder))
                if "EXCLUDE" in words:
                    after = words[words.index("EXCLUDE") + 1:]
                    excluded[str(folder)] = {word for word in after if word.endswith(".cc")}
                continue
            named |= {str(folder / word) for word in words if word.endswith(".cc")}
    # Files that a function in cmake/ adds to programs.
    functions = "\n".join(tree.texts[p] or "" for p in tree.paths if p.endswith(".cmake"))
    for path in tree.cpp():
        folder, name = str(PurePosixPath(path).parent), PurePosixPath(path).name
        is_globbed = folder in globbed and name not in excluded.get(folder, set())
        if path.endswith(".cc") and not is_globbed and path not in named and path not in functions:
            yield path, 1, "no CMakeLists.txt builds this file: name it in one or delete it"


def check_folders_are_built(tree):
    for lists in tree.cmake_lists():
        folder = PurePosixPath(lists).parent
        if str(folder) == ".":
            continue
        parents = [p for p in folder.parents if str(p / "CMakeLists.txt") in tree.texts]
        if not any(re.search(r"(?<![\w/])%s(?![\w/])" % re.escape(str(folder.relative_to(parent))),
                             tree.texts[str(parent / "CMakeLists.txt")]) for parent in parents):
            yield lists, 1, "no other CMakeLists.txt adds this folder: add it or delete it"


def raw_string_lines(text):
    """The lines that a raw string literal lies on: their breaks are part of the text."""
    lines = set()
    for literal in re.finditer(r'R"([^()\\\s]*)\(.*?\)\1"', text, re.DOTALL):
        first = text.count("\n", 0, literal.start()) + 1
        lines.update(range(first, first + literal[0].count("\n") + 1))
    return lines


def check_style(tree):
    for path in tree.paths:
        text = tree.texts[path]
        if text is None or "\0" in text:
            continue
        if text and not text.endswith("\n"):
            yield path, text.count("\n") + 1, "the last line has no end: add a newline"
        if "\r\n" in text:
            yield path, text[:text.index("\r\n")].count("\n") + 1, "CRLF: end lines with LF alone"
        if not path.endswith(CPP):
            continue
        if path.endswith(".h") and not re.search(r"^#pragma once$", text, re.MULTILINE):
            yield path, 1, "#pragma once is missing: put it after the opening comment"
        raw = raw_string_lines(text)
        for number, line in enumerate(tree.lines(path), 1):
            if (len(line) > MAX_COLUMNS and number not in raw
                    and not re.search(r"https?://", line)):
                yield (path, number,
                       f"{len(line)} columns, {MAX_COLUMNS} at most: make format, or break it")
            if "\t" in line:
                yield path, number, "a tab: indent with spaces, write \\t in a string"


def check_machine(tree):
    for path in tree.paths:
        file = tree.root / path
        if file.is_symlink():
            if file.readlink().is_absolute():
                yield path, 1, "a link to a place on one machine: git rm --cached it, and ignore it"
            continue
        if (size := file.stat().st_size) > MAX_BYTES:
            yield path, 1, f"{size} bytes, {MAX_BYTES} at most: make it when it is needed"
        for number, line in enumerate(tree.lines(path), 1):
            if match := REGISTRY.search(line):
                yield path, number, (f"names the registry {match[0]}: leave the host to the client's "
                                     "own configuration")
            if match := MACHINE_PATH.search(line):
                yield path, number, f"a path of one machine ({match[0]}…): make it relative"
            if LOCK_FILES.search(path) and LOCKED_HOST.search(line):
                yield path, number, ("locks a host: lock names, versions and hashes only "
                                     "(npm: omit-lockfile-registry-resolved)")


CHECKS = [check_layers, check_headers_are_used, check_sources_have_a_role, check_sources_are_built,
          check_folders_are_built, check_style, check_machine]


def findings(tree):
    return sorted({finding for check in CHECKS for finding in check(tree)})


def paths_in_git(root):
    """What is in git, and what would be by `git add .`."""
    listed = subprocess.run(["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
                            cwd=root, check=True, capture_output=True, text=True).stdout
    return set(filter(None, listed.split("\0")))


def main(root):
    found = findings(Tree(root, paths_in_git(root)))
    for path, line, what in found:
        print(f"{path}:{line}: {what}")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1] if len(sys.argv) > 1 else Path(__file__).resolve().parent.parent))
