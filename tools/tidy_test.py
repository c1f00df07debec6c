#!/usr/bin/env python3
"""tidy.py on made-up trees. Runs under pytest, and by itself."""

import sys
import tempfile
import unittest
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent))
import tidy  # noqa: E402

HEADER = "#pragma once\n"


class TidyTest(unittest.TestCase):
    def setUp(self):
        directory = tempfile.TemporaryDirectory()
        self.addCleanup(directory.cleanup)
        self.root = Path(directory.name)

    def write(self, files):
        for path, content in files.items():
            file = self.root / path
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_bytes(content if isinstance(content, bytes) else content.encode())

    def found(self, check, files):
        """What `check` finds, as "file:line" and the whole sentences."""
        self.write(files)
        findings = sorted(check(tidy.Tree(self.root, files.keys())))
        return [f"{path}:{line}" for path, line, _ in findings], " ".join(w for _, _, w in findings)

    def test_an_include_may_point_down_however_far(self):
        found, _ = self.found(tidy.check_layers, {
            "sluice/store/store.cc": '#include "sluice/base/result.h"\n#include <sqlite3.h>\n',
            "sluice/connectors/tidb/a.cc": '#include "sluice/model/a.h"\n#include <arrow/api.h>\n',
            "sluice/connectors/all.cc": '#include "sluice/connectors/tidb/a.h"\n',
            "sluice/bin/serve.cc": '#include "sluice/store/store.h"\n',
            "tests/pairs/x_test.cc": '#include "sluice/bin/serve.h"\n',
        })
        self.assertEqual(found, [])

    def test_an_include_may_not_point_up_or_sideways(self):
        found, text = self.found(tidy.check_layers, {
            "sluice/base/a.cc": '// one\n#include "sluice/net/http.h"\n',
            "sluice/flow/a.cc": '#  include "sluice/net/http.h"\n',
            "sluice/connectors/tidb/a.h": '#include "sluice/connectors/s3/a.h"\n',
            "sluice/connectors/s3/a.h": '#include "sluice/flow/run.h"\n',
            "sluice/bin/tidb_lambda/main.cc": '#include "sluice/connector/records.h"\n',
        })
        self.assertEqual(found, [
            "sluice/base/a.cc:2", "sluice/bin/tidb_lambda/main.cc:1", "sluice/connectors/s3/a.h:1",
            "sluice/connectors/tidb/a.h:1", "sluice/flow/a.cc:1"])
        self.assertIn("base may not include from net (sluice/net/http.h)", text)

    def test_a_folder_that_is_not_in_the_table_is_asked_about(self):
        found, text = self.found(tidy.check_layers, {"sluice/new/a.cc": "\n"})
        self.assertEqual(found, ["sluice/new/a.cc:1"])
        self.assertIn("say there what it may include", text)

    def test_tests_and_what_they_share_may_have_more(self):
        include = '#include "sluice/connectors/memory/memory.h"\n'
        files = {"sluice/flow/run_test.cc": include + '#include "sluice/flow/systems.h"\n',
                 "sluice/flow/systems.h": include}
        self.assertEqual(self.found(tidy.check_layers, files)[0], [])
        files["sluice/flow/run.cc"] = '#include "sluice/flow/systems.h"\n'
        self.assertEqual(self.found(tidy.check_layers, files)[0], ["sluice/flow/systems.h:1"])

    def test_libraries_stay_where_they_belong(self):
        found, text = self.found(tidy.check_layers, {
            "sluice/api/a.cc": "#include <arrow/api.h>\n#include <sqlite3.h>\n",
            "sluice/sdk/a.cc": "#include <curl/curl.h>\n#include <boost/json.hpp>\n",
            "sluice/store/a.cc": "#include <mysql.h>\n",
            "sluice/secrets/a.cc": "#include <boost/asio/io_context.hpp>\n",
            "sluice/functions/a.cc": "#include <boost/beast/http.hpp>\n",
        })
        self.assertEqual(found, ["sluice/api/a.cc:1", "sluice/api/a.cc:2", "sluice/sdk/a.cc:1",
                                 "sluice/secrets/a.cc:1", "sluice/store/a.cc:1"])
        self.assertIn("<mysql.h> belongs in tidb only: use sluice/tidb/", text)

    def test_a_header_has_a_user_besides_its_own_files(self):
        files = {"sluice/base/a.h": HEADER, "sluice/base/a.cc": '#include "sluice/base/a.h"\n',
                 "sluice/base/a_test.cc": '#include "sluice/base/a.h"\n'}
        self.assertEqual(self.found(tidy.check_headers_are_used, files)[0], ["sluice/base/a.h:1"])
        files["sluice/net/b.cc"] = '#include "sluice/base/a.h"\n'
        self.assertEqual(self.found(tidy.check_headers_are_used, files)[0], [])

    def test_a_source_has_a_role(self):
        found, _ = self.found(tidy.check_sources_have_a_role, {
            "sluice/base/dead.cc": '#include "sluice/net/a.h"\n// int main()\n',
            "sluice/base/part.cc": '#include "sluice/base/whole.h"\n',
            "sluice/base/a_test.cc": "\n",
            "sluice/bin/a.cc": "int main() {}\n",
        })
        self.assertEqual(found, ["sluice/base/dead.cc:1"])

    def test_every_source_is_built(self):
        found, _ = self.found(tidy.check_sources_are_built, {
            "sluice/net/CMakeLists.txt": "set(small a.cc)\nset(lost d.cc)\n"
                                         "add_library(s ${small})\n"
                                         "sluice_library(n EXCLUDE ${small} ${lost} c.cc DEPS x)\n"
                                         "# add_library(t c.cc)\n",
            "sluice/net/a.cc": "", "sluice/net/b.cc": "",
            "sluice/net/c.cc": "", "sluice/net/d.cc": "",
            "tests/CMakeLists.txt": "sluice_test(t pairs/a_test.cc)\n",
            "tests/pairs/a_test.cc": "", "tests/pairs/b_test.cc": "",
            "cmake/Targets.cmake": "target_sources(x ${CMAKE_SOURCE_DIR}/cmake/every_test.cc)\n",
            "cmake/every_test.cc": "",
        })
        self.assertEqual(found, [
            "sluice/net/c.cc:1", "sluice/net/d.cc:1", "tests/pairs/b_test.cc:1"])

    def test_every_folder_is_built(self):
        found, _ = self.found(tidy.check_folders_are_built, {
            "CMakeLists.txt": "add_subdirectory(sluice)\n",
            "sluice/CMakeLists.txt": "foreach(folder base connectors/tidb)\n",
            "sluice/base/CMakeLists.txt": "", "sluice/tidb/CMakeLists.txt": "",
            "sluice/connectors/tidb/CMakeLists.txt": "",
        })
        self.assertEqual(found, ["sluice/tidb/CMakeLists.txt:1"])

    def test_lines_keep_to_the_style(self):
        found, _ = self.found(tidy.check_style, {
            "a.cc": "//" + "é" * 98 + "\n//" + "é" * 99 + "\n// https://" + "x" * 100 + "\n",
            "b.cc": "int a;\n\tint b;\n",
            "c.h": "// #pragma once\n",
            "d.md": "no end", "e.md": "a\r\nb\n", "f.md": "", "g.bin": b"\0no end",
            "h.bin": b"\xff\xfe", "Makefile": "a:\n\tb\n",
        })
        self.assertEqual(found, ["a.cc:2", "b.cc:2", "c.h:1", "d.md:1", "e.md:1"])

    def test_a_raw_string_may_be_as_wide_as_its_text(self):
        wide = "x" * 100
        found, _ = self.found(tidy.check_style, {
            "sluice/net/a.cc": f'auto a = R"json({{\n{wide}\n}})json";\nint b;  // {wide}\n'})
        self.assertEqual(found, ["sluice/net/a.cc:4"])

    def test_nothing_belongs_to_one_machine(self):
        host = "registry." + "npm" + "js.org"
        found, text = self.found(tidy.check_machine, {
            "a.py": "\nURL = 'https://" + host.upper() + "/x'\n",
            "b.md": "see " + "/wo" + "rk/main\nhttps://x.org/wo" + "rk/main, net/wo" + "rk/\n",
            "big.bin": b"x" * 1_000_001, "large.bin": b"x" * 1_000_000,
        })
        self.assertEqual(found, ["a.py:2", "b.md:1", "big.bin:1"])
        self.assertIn(host.upper(), text)

    def test_a_link_stays_in_the_tree(self):
        (self.root / "near").symlink_to("a.md")
        (self.root / "far").symlink_to("/usr")
        findings = list(tidy.check_machine(tidy.Tree(self.root, ["near", "far"])))
        self.assertEqual([path for path, _, _ in findings], ["far"])

    def test_lock_files_lock_no_host(self):
        found, _ = self.found(tidy.check_machine, {
            "package-lock.json": '{"resolved": "https://mirror.example/a.tgz",\n'
                                 '"funding": {"url": "https://fund.example"}}\n'
                                 '  "resolved": "https://mirror.example/a.tgz",\n',
            "tools/requirements.txt": "--index-url https://mirror.example\nboto3==1.0\n"
                                      "x @ https://mirror.example/x.whl\n",
            "uv.lock": 'source = { registry = "https://mirror.example" }\n',
            "docs/a.md": '  "resolved": "https://mirror.example/a.tgz",\n',
        })
        self.assertEqual(found, ["package-lock.json:1", "package-lock.json:3", "tools/requirements.txt:1",
                                 "tools/requirements.txt:3", "uv.lock:1"])

    def test_this_script_passes_its_own_checks(self):
        tools = Path(__file__).resolve().parent
        tree = tidy.Tree(tools, ["tidy.py", "tidy_test.py"])
        self.assertEqual([*tidy.check_machine(tree), *tidy.check_style(tree)], [])


if __name__ == "__main__":
    unittest.main()
