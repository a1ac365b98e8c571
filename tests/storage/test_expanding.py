"""Migrations only add, unless they say that they contract: the version before works on the tables at the same time."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

from storage.sql.migrate import MIGRATIONS

#: The revisions before this one were never released, so nobody works beside them.
FIRST = "0020"
_TAKES_AWAY = {
    "drop_table", "drop_column", "drop_index", "drop_constraint", "rename_table", "alter_column",
    "create_check_constraint", "create_unique_constraint", "create_foreign_key", "create_primary_key",
    "create_exclude_constraint",
}  # fmt: skip

_WORDS = (" DROP ", " RENAME ", "'DROP ", '"DROP ')


def complaints(source: str) -> list[str]:
    """Return what an upgrade does that the version before would stumble over, empty when it may."""
    module = ast.parse(source)
    names = {target.id for node in module.body if isinstance(node, ast.Assign)
             for target in node.targets if isinstance(target, ast.Name)}  # fmt: skip
    return [] if "contracts" in names else list(_stumbling_blocks(module))


def _stumbling_blocks(module: ast.Module) -> Iterator[str]:
    for function in module.body:
        if not isinstance(function, ast.FunctionDef) or function.name == "downgrade":
            continue
        made = {_first(call) for call in _calls(function) if call.func.attr == "create_table"}  # type: ignore[attr-defined]
        for call in _calls(function):
            name = call.func.attr  # type: ignore[attr-defined]
            if name in _TAKES_AWAY:
                yield f"line {call.lineno}: {name}"
            elif name == "add_column" and _must_be_filled(call):
                yield f"line {call.lineno}: a column that the version before would leave empty"
            elif name == "create_index" and _is_unique(call) and _second(call) not in made:
                yield f"line {call.lineno}: a unique index on a table that the version before fills"
            elif name == "execute" and any(
                word in ast.unparse(call).upper() for word in (" DROP ", " RENAME ", "'DROP ")
            ):
                yield f"line {call.lineno}: SQL that takes something away"


def _calls(function: ast.FunctionDef) -> Iterator[ast.Call]:
    return (n for n in ast.walk(function) if isinstance(n, ast.Call) and isinstance(n.func, ast.Attribute))


def _first(call: ast.Call) -> str:
    return ast.unparse(call.args[0]) if call.args else ""


def _second(call: ast.Call) -> str:
    return ast.unparse(call.args[1]) if len(call.args) > 1 else ""


def _is_unique(call: ast.Call) -> bool:
    return any(word.arg == "unique" and ast.unparse(word.value) == "True" for word in call.keywords)


def _must_be_filled(call: ast.Call) -> bool:
    """Say whether the column may not be empty and has no default in the database."""
    words = {
        word.arg: ast.unparse(word.value) for n in ast.walk(call) if isinstance(n, ast.Call) for word in n.keywords
    }
    return words.get("nullable") == "False" and "server_default" not in words


def test_every_migration_only_adds_or_says_that_it_contracts() -> None:
    """Otherwise an upgrade would break the processes of the version before, which are still at work."""
    files = sorted((MIGRATIONS / "versions").glob("[0-9]*.py"))

    found = {file.name: complaints(file.read_text()) for file in files if file.name >= FIRST}

    assert {name: problems for name, problems in found.items() if problems} == {}


@pytest.mark.parametrize(
    "line",
    [
        'op.drop_column("answer", "reason")', 'op.rename_table("answer", "reply")',
        'op.alter_column("answer", "reason", nullable=False)',
        'op.add_column("answer", sa.Column("weight", sa.Integer(), nullable=False))',
        'op.create_index("uq_x", "answer", ["norm"], unique=True)',
        'op.execute("ALTER TABLE answer DROP COLUMN reason")',
        'op.create_check_constraint("ck_x", "answer", "reason IS NOT NULL")',
    ],
)  # fmt: skip
def test_what_takes_away_is_noticed(line: str) -> None:
    """Unless the migration says why it may."""
    source = f"def upgrade():\n    {line}\n"

    assert len(complaints(source)) == 1
    assert complaints(f'contracts = "nobody reads it since 0.3"\n{source}') == []


@pytest.mark.parametrize(
    "line",
    [
        'op.add_column("answer", sa.Column("weight", sa.Integer(), nullable=True))',
        'op.add_column("answer", sa.Column("weight", sa.Integer()))',
        'op.add_column("answer", sa.Column("weight", sa.Integer(), nullable=False, server_default="1"))',
        'op.create_index("ix_x", "answer", ["norm"])', 'op.execute("UPDATE answer SET weight = 1")',
        'op.create_table("t", sa.Column("id"))\n    op.create_index("uq_t", "t", ["id"], unique=True)',
    ],
)  # fmt: skip
def test_what_only_adds_may(line: str) -> None:
    assert complaints(f"def upgrade():\n    {line}\n\ndef downgrade():\n    op.drop_table('t')\n") == []


def test_the_next_version_of_the_rehearsal_keeps_to_the_rule(tmp_path: Path) -> None:
    """What `test_upgrade` deploys is what may be deployed."""
    from tests.soak.upgrade import next_version

    newest = max((next_version(tmp_path) / "versions").glob("[0-9]*.py"))

    assert "add_what_comes_next" in newest.name
    assert complaints(newest.read_text()) == []
