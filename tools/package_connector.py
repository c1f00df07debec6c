#!/usr/bin/env python3
"""Packs the TiDB connector as a Lambda function that needs nothing of the machine it runs on.

    bootstrap                what Lambda starts: executes the loader below
    bin/tidb-lambda          the function
    lib/                     the loader and every shared library that the function needs
    lib/plugin/              libmariadb's plug-in for caching_sha2_password
    certs/                   the authorities of Mozilla's list, as a hashed directory

The same files give the same zip, byte by byte.
"""

import argparse
import pathlib
import re
import shutil
import subprocess
import sys
import tempfile
import zipfile

LOADER = pathlib.Path("/lib64/ld-linux-x86-64.so.2")
PLUGIN = "caching_sha2_password.so"
# Not /etc/ssl/certs, which holds what this machine's owner trusts besides.
AUTHORITIES = pathlib.Path("/usr/share/ca-certificates/mozilla")
MOST_BYTES = 5_000_000


def run(*command):
    return subprocess.run(command, check=True, capture_output=True, text=True).stdout


def plugin_folder():
    folder = pathlib.Path(run("mariadb_config", "--plugindir").strip())
    if not (folder / PLUGIN).exists():
        sys.exit(f"{folder / PLUGIN} is missing: install libmariadb3")
    return folder


def libraries_of(*programs):
    found = {}
    for program in programs:
        for name, path in re.findall(r"(\S+) => (/\S+)", run("ldd", str(program))):
            found[name] = pathlib.Path(path)
    return found


def add_stripped(root, name, source, *options):
    target = root / name
    target.parent.mkdir(parents=True, exist_ok=True)
    shutil.copyfile(source, target)
    run("strip", *options, str(target))
    target.chmod(0o755)


def add_authorities(root):
    certificates = sorted(AUTHORITIES.glob("*.crt"))
    if not certificates:
        sys.exit(f"{AUTHORITIES} is empty: install ca-certificates")
    folder = root / "certs"
    folder.mkdir()
    with tempfile.TemporaryDirectory() as links:
        for certificate in certificates:
            shutil.copyfile(certificate, pathlib.Path(links) / f"{certificate.stem}.pem")
        run("openssl", "rehash", links)
        for link in pathlib.Path(links).iterdir():
            if link.is_symlink():
                shutil.copyfile(link, folder / link.name)


def write_zip(root, output):
    with zipfile.ZipFile(output, "w", zipfile.ZIP_DEFLATED, compresslevel=9) as archive:
        for file in sorted(path for path in root.rglob("*") if path.is_file()):
            entry = zipfile.ZipInfo(str(file.relative_to(root)), (1980, 1, 1, 0, 0, 0))
            entry.compress_type = zipfile.ZIP_DEFLATED
            executable = file.parent.name != "certs"
            entry.external_attr = (0o100755 if executable else 0o100644) << 16
            archive.writestr(entry, file.read_bytes())


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--bootstrap", required=True, type=pathlib.Path)
    parser.add_argument("--program", required=True, type=pathlib.Path)
    parser.add_argument("--output", required=True, type=pathlib.Path)
    arguments = parser.parse_args()

    plugin = plugin_folder() / PLUGIN
    with tempfile.TemporaryDirectory() as folder:
        root = pathlib.Path(folder)
        add_stripped(root, "bootstrap", arguments.bootstrap)
        add_stripped(root, "bin/tidb-lambda", arguments.program)
        add_stripped(root, f"lib/{LOADER.name}", LOADER, "--strip-debug")
        add_stripped(root, f"lib/plugin/{PLUGIN}", plugin)
        for name, source in libraries_of(arguments.program, plugin).items():
            add_stripped(root, f"lib/{name}", source, "--strip-unneeded")
        add_authorities(root)
        write_zip(root, arguments.output)

    size = arguments.output.stat().st_size
    if size > MOST_BYTES:
        arguments.output.unlink()
        sys.exit(f"the zip has {size} bytes, more than {MOST_BYTES}")
    print(f"{arguments.output.name}: {size / 1e6:.1f} MB")


if __name__ == "__main__":
    main()
