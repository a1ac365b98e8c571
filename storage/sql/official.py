"""Official wording that was imported: proposed, confirmed by a person, shown, and withdrawn again.

It is the copyright of somebody else, so it stays with whoever holds the copy: one organisation, or everybody on this
installation when its operator says that they may all see it. Every process lays it over its frameworks and looks
again after a while, so that no turn has to ask.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

import sqlalchemy as sa
from msgspec.structs import replace

from domain.actors import Actor
from domain.framework import Framework, FrameworkId, NormId, OfficialWording
from domain.norm_import import Import
from storage.interfaces import NotAllowed
from storage.sql import framework_tables as f
from storage.sql.actors import organisation_scope
from storage.wording_interfaces import ForWhom, ShownWording, WordingId

if TYPE_CHECKING:
    from storage.sql.work import SqlWork

INSTALLATION = "installation"
LOOK_AGAIN_AFTER = timedelta(seconds=20)

_SHOWN = sa.select(f.official_text).where(f.official_text.c.status == "shown").order_by(f.official_text.c.id)


class OfficialTexts:
    """The frameworks with the wording laid over them; one per process, which reads them when it starts."""

    def __init__(self) -> None:
        self._read_at: datetime | None = None
        self._is_stale = False
        self._frameworks: dict[tuple[str, FrameworkId], tuple[int, Framework]] = {}

    def forget(self) -> None:
        """Look again at the next question."""
        self._is_stale = True

    def framework(self, work: SqlWork, framework: FrameworkId, organisation: int | None) -> Framework:
        """Return a framework as an organisation sees it: with its own import, else that of the installation.

        Raises:
            KeyError: the content of that edition is not installed.
        """
        plain = work.frameworks[framework]
        is_old = self._read_at is not None and not timedelta() <= work.now - self._read_at < LOOK_AGAIN_AFTER
        if self._is_stale or is_old:
            self.read(work)
        if not self._frameworks:
            return plain
        scopes = ([organisation_scope(organisation)] if organisation is not None else []) + [INSTALLATION]
        return next(
            (self._frameworks[scope, framework][1] for scope in scopes if (scope, framework) in self._frameworks), plain
        )

    def read(self, work: SqlWork) -> None:
        """Read what is shown now; what is known already is not opened again."""
        found: dict[tuple[str, FrameworkId], tuple[int, Framework]] = {}
        for row in work.execute(_SHOWN):
            key = (row.scope, FrameworkId(row.framework))
            known = self._frameworks.get(key)
            if known is not None and known[0] == row.id:
                found[key] = known
            elif row.framework in work.frameworks:
                content = json.loads(work.vault.open(_place(row.id), row.content_sealed))
                found[key] = (row.id, _laid_over(work.frameworks[key[1]], content))
        self._frameworks = found
        self._read_at, self._is_stale = work.now, False


def _laid_over(framework: Framework, content: Mapping[str, Any]) -> Framework:
    texts, source = content["norms"], content["source"]
    norms = tuple(
        replace(norm, official=OfficialWording(source=source, **texts[norm.id])) if norm.id in texts else norm
        for norm in framework.norms
    )
    return replace(framework, norms=norms)


class SqlWording:
    """Implements `storage.wording_interfaces.Wording`; for operators only."""

    def __init__(self, work: SqlWork, actor: Actor) -> None:
        self._work = work
        self._actor = actor

    def propose(self, found: Import, framework: FrameworkId, source: str, at: datetime) -> WordingId:
        """Keep what was found until somebody confirms it; an older proposal goes. Raises NotAllowed."""
        self._require_operator()
        stale = sa.and_(f.official_text.c.status == "proposed", f.official_text.c.imported_by == self._actor.person)
        self._work.execute(f.official_text.delete().where(stale))
        norms = {
            item.norm: {
                "text": item.text, "examples": item.examples, "questions": item.questions, "evidence": item.evidence,
            }
            for item in found.usable
        }  # fmt: skip
        values = {
            "scope": INSTALLATION, "framework": framework, "status": "proposed", "content_sealed": b"",
            "imported_by": self._actor.person, "imported_at": at,
        }  # fmt: skip
        insert = f.official_text.insert().values(values).returning(f.official_text.c.id)
        number = WordingId(self._work.execute(insert).scalar_one())
        self._seal(number, INSTALLATION, json.dumps({"source": source, "norms": norms}, ensure_ascii=False))
        return number

    def confirm(self, wording: WordingId, whom: ForWhom, at: datetime) -> ShownWording:
        """Show a proposal from now on, in the place of an earlier import. Raises NotAllowed."""
        self._require_operator()
        row = self._work.execute(
            sa.select(f.official_text)
            .where(f.official_text.c.id == wording, f.official_text.c.imported_by == self._actor.person)
            .with_for_update()
        ).first()
        if row is None or row.status == "withdrawn":
            raise NotAllowed("wording")
        if row.status == "proposed":
            self._show(row, self._scope(whom), at)
        return next(item for item in self.shown() if item.id == wording)

    def show(self, wording: WordingId, organisation: int | None, at: datetime) -> None:
        """Show a proposal of one's own to any organisation, or to everybody for None. Raises NotAllowed."""
        self._require_operator()
        query = sa.select(f.official_text).where(
            f.official_text.c.id == wording, f.official_text.c.status == "proposed"
        )
        scope = INSTALLATION if organisation is None else organisation_scope(organisation)
        self._show(self._work.execute(query).one(), scope, at)

    def _show(self, row: Any, scope: str, at: datetime) -> None:
        self._withdraw(scope, row.framework, at)
        content = self._work.vault.open(_place(row.id), row.content_sealed)
        self._seal(WordingId(row.id), scope, content)
        values = {"status": "shown", "scope": scope, "confirmed_at": at}
        self._work.execute(f.official_text.update().where(f.official_text.c.id == row.id).values(values))
        self._changed("official_text_shown", WordingId(row.id), at)

    def shown(self) -> tuple[ShownWording, ...]:
        """Return what is shown on this installation and in the actor's organisation. Raises NotAllowed."""
        self._require_operator()
        scopes = {INSTALLATION: ForWhom.EVERYBODY} | dict.fromkeys(self._own_scope(), ForWhom.ORGANISATION)
        rows = self._work.execute(_SHOWN.where(f.official_text.c.scope.in_(scopes))).all()
        found = []
        for row in rows:
            content = json.loads(self._work.vault.open(_place(row.id), row.content_sealed))
            whom, norms = scopes[row.scope], tuple(NormId(norm) for norm in content["norms"])
            found.append(
                ShownWording(
                    WordingId(row.id), FrameworkId(row.framework), whom, content["source"], norms, row.confirmed_at
                )
            )
        return tuple(found)

    def withdraw(self, wording: WordingId, at: datetime) -> None:
        """Go back to our own wording; the text itself is erased. Raises NotAllowed."""
        if wording not in {item.id for item in self.shown()}:
            raise NotAllowed("wording")
        row = self._work.execute(sa.select(f.official_text).where(f.official_text.c.id == wording)).one()
        self._withdraw(row.scope, row.framework, at)

    def withdraw_all(self, organisation: int | None, at: datetime) -> int:
        """Withdraw what is shown to an organisation, or to everybody for None; return how many imports that were."""
        self._require_operator()
        scope = INSTALLATION if organisation is None else organisation_scope(organisation)
        shown = self._work.execute(_SHOWN.where(f.official_text.c.scope == scope)).all()
        for row in shown:
            self._withdraw(scope, row.framework, at)
        return len(shown)

    def _withdraw(self, scope: str, framework: str, at: datetime) -> None:
        where = sa.and_(
            f.official_text.c.scope == scope,
            f.official_text.c.framework == framework,
            f.official_text.c.status == "shown",
        )
        gone = {"status": "withdrawn", "withdrawn_at": at, "content_sealed": b""}
        rows = self._work.execute(f.official_text.update().where(where).values(gone).returning(f.official_text.c.id))
        for row in rows.all():
            self._changed("official_text_withdrawn", WordingId(row.id), at)

    def _seal(self, wording: WordingId, scope: str, content: str) -> None:
        sealed = self._work.vault.seal(scope, _place(wording), content)
        self._work.execute(
            f.official_text.update().where(f.official_text.c.id == wording).values(content_sealed=sealed)
        )

    def _changed(self, action: str, wording: WordingId, at: datetime) -> None:
        self._work.audit(action, f"official_text:{wording}", self._actor, at)
        self._work.after_commit(self._work.official.forget)

    def _scope(self, whom: ForWhom) -> str:
        own = self._own_scope()
        if whom is ForWhom.EVERYBODY:
            return INSTALLATION
        if not own:
            raise NotAllowed("organisation")
        return own[0]

    def _own_scope(self) -> list[str]:
        organisation = self._actor.organisation
        return [organisation_scope(organisation.id)] if organisation is not None else []

    def _require_operator(self) -> None:
        if not self._actor.is_operator:
            raise NotAllowed("operator")


def _place(wording: int) -> str:
    return f"official_text.content:{wording}"
