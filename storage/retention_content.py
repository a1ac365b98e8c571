"""The content file of retention: YAML becomes `domain.retention`, or an error that an editor can act on."""

from __future__ import annotations

from pathlib import Path
from types import MappingProxyType

from domain.retention import MachineTerms, Retention, RetentionTerm, TermId
from storage.content import CONTENT_DIRECTORY, Section, reading


def load_retention(path: Path = CONTENT_DIRECTORY / "retention.yaml") -> Retention:
    """Return how long things are kept.

    Raises:
        ContentError: with everything in the file that does not hold together.
    """
    with reading(path) as root:
        root.text("id")
        root.text("source")
        terms = root.section("terms")
        found = {term: _term(term, terms.section(term.value)) for term in TermId}
        terms.finish()
        postponed = root.number("postponed_days")
        if postponed < 1:
            root.complain("postponed_days", "is 0.", "Let notes that somebody wants to keep stay for at least a day.")
        return Retention(MappingProxyType(found), _machine(root.section("machine")), postponed)


def _term(term: TermId, section: Section) -> RetentionTerm:
    after, notice = section.number("after_days"), section.number("notice_days")
    section.choice("basis", ("own", "source"))
    if notice < 1:
        section.complain("notice_days", "is 0.", "People hear of it before something goes: at least a day.")
    if after and notice >= after:
        section.complain("notice_days", f"is {notice}, and the term is {after}.", "Let the notice be the shorter one.")
    ground = section.text("ground")
    section.finish()
    return RetentionTerm(term, after, notice, ground)


def _machine(section: Section) -> MachineTerms:
    names = MachineTerms.__struct_fields__
    found = MachineTerms(**{name: section.number(name) for name in names})
    if found.handled_updates > 6:
        section.complain("handled_updates", "is more than 6.", "Telegram's numbers restart after a quiet week.")
    section.finish()
    return found
