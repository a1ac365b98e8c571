"""Which wording the report names, in Word and in PDF: ours, the official one of an import, CIIO's, or one's own."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from bot.audit_reports import load_standing
from documents import audit_report_pdf
from documents.audit_report_word import render_word
from domain.framework import Framework, FrameworkId
from domain.norm_import import find_official_wording
from domain.verdicts import Verdict
from storage.content import load_framework, load_frameworks
from storage.sql.actors import ensure_persons
from storage.sql.database import Database
from tests.changing import replace
from tests.conftest import MovableClock
from tests.conversations.test_other_words import GARDEN
from tests.documents.reading import pdf_text, squeezed, word_paragraphs, word_tables
from tests.domain import norm_documents as documents
from tests.storage.report_cast import CHATS, ReportCast

LABEL, MAATSTAF = FrameworkId("kwaliteitslabel-2019"), FrameworkId("ciio-maatstaf-2016")
IMPORTED = "interviewformat.docx, 3 november 2026. Copyright Sociaal Werk Nederland"
WITH_SWN = ("Format resultaat toetsing, versie 2019", "Voor het lid en voor Sociaal Werk Nederland.", "Lidnummer SWN")

pytestmark = pytest.mark.parametrize("database_kind", ["sqlite"], indirect=True)
ReadsReport = Callable[[Framework], tuple[str, str]]


@pytest.fixture
def reads(database: Database, clock: MovableClock) -> ReadsReport:
    """Write the report of an audit on a framework and return the text of Word and of PDF, without spaces."""

    def read(framework: Framework) -> tuple[str, str]:
        database.frameworks = {framework.id: framework}
        cast = ReportCast(database, clock)
        cast.assemble()
        cast.settle_all(**{framework.norms[0].id: Verdict.PARTIAL})
        with database.begin() as work:
            made = load_standing(work, CHATS["Tom"], cast.audit, cast.now, is_summary=False)
        word = render_word(made)
        cells = [cell.text for table in word_tables(word) for row in table.rows for cell in row.cells]
        return squeezed("".join((*word_paragraphs(word), *cells))), pdf_text(audit_report_pdf.render_pdf(made))

    return read


def says(read: tuple[str, str], said: tuple[str, ...], unsaid: tuple[str, ...]) -> None:
    """Fail unless both documents say this and not that."""
    for kind, text in zip(("Word", "PDF"), read, strict=True):
        assert [part for part in said if squeezed(part) not in text] == [], kind
        assert [part for part in unsaid if squeezed(part) in text] == [], kind


def test_our_own_words_say_so(reads: ReadsReport) -> None:
    framework = load_frameworks()[LABEL]
    said = (*WITH_SWN, framework.copyright, framework.norms[0].essence)

    says(reads(framework), said, ("Officiële tekst", "CC BY-NC-SA", "CIIO"))


def test_an_import_is_named_at_every_norm_with_its_source_and_copyright(
    reads: ReadsReport, database: Database, clock: MovableClock
) -> None:
    """The official sentence stands there instead of ours."""
    framework = load_frameworks()[LABEL]
    texts = documents.invented(framework)
    with database.begin() as work:
        found = find_official_wording(documents.interview_format(framework, texts), framework)
        ensure_persons(work, {999: "Olga"}, clock.now)
        olga = work.actor(999)
        wording = work.wording(olga).propose(found, LABEL, IMPORTED, clock.now)
        work.wording(olga).show(wording, None, clock.now)
    said = (*WITH_SWN, f"Officiële tekst uit {IMPORTED}", *texts.values(), "Waar een bron bij de norm staat")

    says(reads(framework), said, ("CC BY-NC-SA", "CIIO"))


def test_the_maatstaf_names_ciio_and_its_licence(reads: ReadsReport) -> None:
    """Nothing of SWN: not the format, not whom part A is for, not the number of a member."""
    framework = load_frameworks()[MAATSTAF]
    said = ("onder de licentie CC BY-NC-SA", "CIIO Maatstaf 2016", "Rapport CIIO Maatstaf, versie 2016",
            "Voor de organisatie die getoetst is en de certificerende instelling.")  # fmt: skip

    says(reads(framework), said, ("Sociaal Werk Nederland", "SWN", "versie 2019", "Kwaliteitslabel", "certificaat"))


def test_a_framework_of_ones_own_names_its_owner_and_a_report_of_its_own(reads: ReadsReport) -> None:
    framework = replace(load_framework(GARDEN), default_process="eigen")
    said = ("Verzonnen voor de tests.", "Rapport Tuinkeurmerk, versie eerste druk", "Keurmerk Gezellige Buurttuin",
            "3 × bloeit, 1 × knopt, 0 × kaal", "Onderdeel Groen", "o voor ‘Knopt’")  # fmt: skip

    unsaid = ("Sociaal Werk Nederland", "SWN", "2019", "Kwaliteitslabel", "certificaat", "voldoet", "verbeterpunt")
    says(reads(framework), said, unsaid)


def test_a_framework_may_name_its_report_itself(reads: ReadsReport, tmp_path: Path) -> None:
    file = tmp_path / "buurttuin-1.yaml"
    own = (
        '  report: {name: "Tuinrapport", version: "2", readers: "Voor wie er tuiniert."}\n  default_process: "eigen"\n'
    )
    text = GARDEN.read_text(encoding="utf-8").replace('  default_process: "2021"\n', own)
    file.write_text(text, encoding="utf-8")
    (tmp_path / "rules").symlink_to(GARDEN.parent / "rules")

    says(reads(load_framework(file)), ("Tuinrapport, versie 2", "Voor wie er tuiniert."), ("Rapport Tuinkeurmerk",))


def test_the_two_reports_of_a_combination_are_told_apart(reads: ReadsReport) -> None:
    """By their title, and by the name of the file: both are about one organisation and one day."""
    read = reads(load_frameworks()[MAATSTAF])

    says(read, ("Rapport CIIO Maatstaf", "1 × deels, 0 × niet, 0 × n.v.t."), ("n.v.t..", "2016, versie 2016Format"))
    assert all(text.startswith(squeezed("Rapport CIIO Maatstaf")) for text in read[:1])
