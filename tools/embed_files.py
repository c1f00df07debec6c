#!/usr/bin/env python3
"""Writes what puts the files of a folder into a program: their content, compressed, in one file, and
a C++ source that includes it as it is and knows what lies where.

    tools/embed_files.py TABLE.cc CONTENT.bin [FOLDER]      no folder: no files
"""

import gzip
import hashlib
import sys
from pathlib import Path

CONTENT_TYPES = {
    ".css": "text/css; charset=utf-8",
    ".html": "text/html; charset=utf-8",
    ".js": "text/javascript; charset=utf-8",
    ".json": "application/json",
    ".png": "image/png",
    ".svg": "image/svg+xml",
    ".txt": "text/plain; charset=utf-8",
    ".woff2": "font/woff2",
}

SOURCE = """\
// Made by tools/embed_files.py.
#include "sluice/console/embedded_files.h"

#include <array>

asm(R"(
    .section .rodata
sluice_embedded_content:
    .incbin "{content}"
    .byte 0
    .text
)");

extern const char content[] asm("sluice_embedded_content");

namespace sluice::console {{

std::span<const SiteFile> EmbeddedFiles() {{
  static const std::array<SiteFile, {count}> files{{{{
{entries}  }}}};
  return files;
}}

}}  // namespace sluice::console
"""


def main(table, content, folder=None):
    paths = sorted(path for path in Path(folder).rglob("*") if path.is_file()) if folder else []
    if folder and not paths:
        sys.exit(f"{folder} has no files to put into the program: build the console first")
    blob, entries = b"", ""
    for path in paths:
        if path.suffix not in CONTENT_TYPES:
            sys.exit(f"{path}: say in tools/embed_files.py which Content-Type {path.suffix} has")
        plain = path.read_bytes()
        packed = gzip.compress(plain, 9, mtime=0)
        name = path.relative_to(folder).as_posix()
        entries += (f'      SiteFile{{"{name}", "{CONTENT_TYPES[path.suffix]}", '
                    f'"{hashlib.sha256(plain).hexdigest()[:32]}", '
                    f'{{content + {len(blob)}, {len(packed)}}}}},\n')
        blob += packed
    Path(content).parent.mkdir(parents=True, exist_ok=True)
    Path(content).write_bytes(blob)
    Path(table).write_text(SOURCE.format(content=content, count=len(paths), entries=entries))


if __name__ == "__main__":
    main(*sys.argv[1:])
