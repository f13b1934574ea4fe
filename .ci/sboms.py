#!/usr/bin/env python3
"""Checks that each list of parts (CycloneDX, target/bom.json) has what its artefact is shipped with, jar for jar.

It also writes their licences beside it, as target/licences.txt. A part whose pom names no licence is an error, unless
LICENCES says what it is under.
"""

import json
import os
import sys
import zipfile
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
FUNCTIONS = ("registry-lambda", "management-lambda", "tasks", "maintenance")
# Whose poms name none, with where it is said instead.
LICENCES = {}
# What Maven sees and Quarkus leaves out: it starts applications in an editor.
LEFT_OUT = {"io.quarkus:quarkus-ide-launcher"}


def jars(module):
    """The names of the jars that a module is shipped with, but for its own.

    Those that Quarkus took a class out of are called "modified-" in addition.
    """
    target = ROOT / module / "target"
    if (target / "function.zip").exists():
        with zipfile.ZipFile(target / "function.zip") as packed:
            return {Path(name).name.removeprefix("modified-") for name in packed.namelist() if name.endswith(".jar")}
    if (target / "quarkus-app").exists():
        return {jar.name for jar in (target / "quarkus-app/lib").rglob("*.jar")}
    return {jar.name for jar in (target / "lib").glob("*.jar")}


def names(component):
    """What a jar of it may be called: Quarkus puts the group before it, Maven does not."""
    qualifiers = component["purl"].partition("?")[2].split("&")
    classifier = next((part.replace("classifier=", "-") for part in qualifiers if "classifier=" in part), "")
    short = f"{component['name']}-{component['version']}{classifier}.jar"
    return {f"{component['group']}.{short}", short}


def licences(component):
    """As SPDX identifiers, where the pom's words could be matched with one."""
    choices = component.get("licenses", [])
    named = [
        choice.get("expression") or choice["license"].get("id", choice["license"].get("name")) for choice in choices
    ]
    return named or LICENCES.get(f"{component['group']}:{component['name']}", [])


def check(module):
    """What is wrong with a module's list."""
    target = ROOT / module / "target"
    components = json.loads((target / "bom.json").read_text())["components"]
    shipped, wrong, lines = jars(module), [], []
    for component in components:
        matching = names(component) & shipped
        if not matching and f"{component['group']}:{component['name']}" in LEFT_OUT:
            continue
        if not matching:
            wrong.append(f"{module}: bom.json has {component['purl']}, and it is not shipped")
        shipped -= matching
        found = licences(component)
        if not found:
            wrong.append(f"{module}: {component['purl']} names no licence")
        lines.append(f"{component['group']}:{component['name']} {component['version']}: {' or '.join(found)}")
    wrong += [f"{module}: {jar} is shipped, and bom.json does not have it" for jar in sorted(shipped)]
    (target / "licences.txt").write_text("\n".join(sorted(lines)) + "\n")
    if not wrong:
        print(f"{module}: {len(lines)} parts in bom.json, as shipped; licences in licences.txt")
    return wrong


def main():
    modules = ["functions/server", *(f"functions/{name}" for name in FUNCTIONS), "infra-cdk"]
    wrong = {module: check(module) for module in modules}
    for line in (line for lines in wrong.values() for line in lines):
        print(line)
    if tally := os.environ.get("CI_TALLY"):
        failed = sum(bool(lines) for lines in wrong.values())
        with Path(tally).open("a") as file:
            print(len(wrong) - failed, failed, 0, file=file)
    return 1 if any(wrong.values()) else 0


if __name__ == "__main__":
    sys.exit(main())
