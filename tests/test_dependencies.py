"""What we depend on: pinned, hashed, released, under a licence that may be combined with ours; no network needed."""

from __future__ import annotations

import importlib.metadata
import json
import re
from functools import cache
from pathlib import Path

import pytest
from packaging.version import Version

from tools.audit_dependencies import judge

ROOT = Path(__file__).parent.parent
LOCKS = tuple(sorted(ROOT.glob("requirements*.lock")))
PINNED = re.compile(r"^([A-Za-z0-9._-]+)(?:\[[\w,-]+\])?==([^\s;\\]+)")

#: SPDX names, or what older packages write instead. All may be used beside the EUPL; copyleft ones only as libraries.
ALLOWED = re.compile(
    r"MIT(-0|-CMU)?|0BSD|BSD(-[23]-Clause)?|Apache-2\.0|PSF-2\.0|MPL-2\.0|LGPL-(2\.1|3\.0)-(only|or-later)"
    r"|Zlib|CC0-1\.0"
    r"|ISC|Unlicense|MIT License|BSD License|BSD [23]-Clause License|Apache Software License|Apache 2\.0"
    r"|Python Software Foundation License|Mozilla Public License 2\.0 \(MPL 2\.0\)|ISC License \(ISCL\)"
    r"|GNU Lesser General Public License v3 \(LGPLv3\)"
)
#: Packages that name no licence in their metadata, with the words that their licence file begins with.
IN_A_FILE = {"pyreqwest": "Apache License"}


@cache
def blocks(lock: Path) -> tuple[tuple[str, str, str], ...]:
    """Return name, version and the whole block of every package in a lock file."""
    found = []
    for block in re.split(r"\n(?=[A-Za-z0-9])", lock.read_text()):
        pinned = PINNED.match(block)
        if pinned:
            found.append((pinned[1].lower().replace("_", "-"), pinned[2], block))
    return tuple(found)


@pytest.mark.parametrize("lock", LOCKS, ids=lambda lock: lock.name)
def test_every_package_is_pinned_hashed_and_released(lock: Path) -> None:
    """A package that changes under its version number is not installed; nor is one that is not finished."""
    named = [line for line in lock.read_text().splitlines() if re.match(r"[A-Za-z0-9]", line)]

    assert len(blocks(lock)) == len(named) > 5
    for name, version, block in blocks(lock):
        assert re.findall(r"--hash=sha256:[0-9a-f]{64}", block), name
        assert not Version(version).is_prerelease, f"{name} {version}"


@pytest.mark.parametrize("lock", LOCKS, ids=lambda lock: lock.name)
def test_nothing_comes_from_anywhere_else(lock: Path) -> None:
    """No address, path or index: who installs decides where from, and the hashes decide what."""
    assert not re.findall(
        r"https?:|file:|git\+|--(?:index-url|extra-index-url|find-links|trusted-host)| @ ", lock.read_text()
    )


@pytest.mark.parametrize("asked", sorted(ROOT.glob("requirements*.in")), ids=lambda path: path.name)
def test_what_is_asked_for_is_locked(asked: Path) -> None:
    locked = {name for name, _, _ in blocks(asked.with_suffix(".lock"))}
    lines = [line.split("#")[0].strip() for line in asked.read_text().splitlines()]
    wanted = {re.split(r"[\[<>=!~; ]", line)[0].lower() for line in lines if line and not line.startswith("-")}

    assert {name.replace("_", "-") for name in wanted} <= locked


def _licences(package: importlib.metadata.Distribution) -> list[str]:
    """Return every licence that a package names, one way or another."""
    metadata = package.metadata
    expression = metadata.get("License-Expression", "")
    if expression:
        return [part.strip("() ") for part in re.split(r"\bAND\b|\bOR\b|\bWITH\b", expression)]
    classifiers = [entry for entry in metadata.get_all("Classifier", []) if entry.startswith("License :: ")]
    if classifiers:
        return [entry.rsplit(" :: ", 1)[-1] for entry in classifiers]
    return [part.strip("() ") for part in re.split(r" AND | OR ", metadata.get("License", "") or "none is named")]


def test_every_licence_may_be_combined_with_ours() -> None:
    """Of everything that is installed beside us; a new package with another licence is looked at by a person first."""
    locked = {name for lock in LOCKS for name, _, _ in blocks(lock)}
    odd = {}
    for package in importlib.metadata.distributions():
        name = package.metadata["Name"].lower().replace("_", "-")
        begins = IN_A_FILE.get(name)
        if begins is not None:
            assert begins in (package.read_text("licenses/LICENSE") or "")[:400], name
        elif name in locked and not all(ALLOWED.fullmatch(licence) for licence in _licences(package)):
            odd[name] = _licences(package)

    assert odd == {}


# --------------------------------------------------------------------------------- what is known of vulnerabilities


def report(*packages: dict[str, object]) -> str:
    return json.dumps({"dependencies": list(packages), "fixes": []})


FINE = {"name": "jinja2", "version": "3.1.6", "vulns": []}
WEAK = {"name": "lxml", "version": "4.0", "vulns": [{"id": "PYSEC-1", "fix_versions": ["5.0"]}]}
UNKNOWN = {"name": "x", "skip_reason": "Dependency not found and could not be audited"}


def test_a_vulnerability_is_named() -> None:
    verdict = judge(report(FINE, WEAK, UNKNOWN), "")

    assert verdict.line == "VULNERABLE: lxml 4.0: PYSEC-1"


def test_who_could_not_look_anything_up_does_not_say_that_all_is_well() -> None:
    """pip-audit itself ends with success when no service knows a single package."""
    assert judge(report(UNKNOWN, UNKNOWN), "").line.startswith("NOT AUDITED")
    assert judge("", "ERROR: connection refused").line == (
        "NOT AUDITED: no vulnerability service answered (ERROR: connection refused)"
    )


def test_what_was_looked_up_is_counted() -> None:
    assert judge(report(FINE, UNKNOWN), "").line == (
        "audited: 1 packages without a known vulnerability, 1 could not be looked up"
    )
