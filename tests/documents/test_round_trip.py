"""What a person gave stands in every document, once and unchanged, and nothing of it ever runs."""

from __future__ import annotations

from datetime import date

import pytest

from documents.excel import render_excel
from documents.pdf import render_pdf
from documents.plain_text import clean, one_line
from documents.report_data import Attachment, Contributor, ReportRubric, SelfEvaluationReport
from documents.word import render_word
from domain.framework import RubricId
from domain.self_evaluation import ContributionKind, ImprovementAction
from domain.verdicts import Verdict
from tests.changing import replace
from tests.documents.example import a_norm, contribution, report_of
from tests.documents.odd_texts import PAYLOADS, long_text, odd_texts
from tests.documents.reading import excel_values, parts, pdf_reader, pdf_text, squeezed, word_paragraphs

TEXTS = odd_texts()
FURNITURE = (
    "Zelfevaluatie · Welzijn Rivierenland21 november 2026",
    "Nog in bewerking",
    "Bon Bijdrage Van",
    "Joost 18 nov 2026",  # stands beside a text, so in the middle of one that goes on over the page
)


@pytest.fixture(scope="module")
def report() -> SelfEvaluationReport:
    """300 odd texts as contributions, six to a norm."""
    items = [contribution(1000 + n, text) for n, text in enumerate(TEXTS)]
    norms = tuple(
        replace(a_norm(f"V{n + 1}"), contributions=tuple(items[6 * n : 6 * n + 6])) for n in range(len(items) // 6)
    )
    return report_of((ReportRubric(RubricId("V"), 1, "Vakmanschap", "", norms),))


def test_every_text_stands_in_word_once(report: SelfEvaluationReport) -> None:
    paragraphs = word_paragraphs(render_word(report))

    assert [paragraphs.count(clean(text)) for text in TEXTS] == [1] * len(TEXTS)


def test_every_text_stands_in_excel_once(report: SelfEvaluationReport) -> None:
    rows = excel_values(render_excel(report), "Bijdragen")

    found: dict[object, str] = {}
    for row in rows:
        found[row[0]] = found.get(row[0], "") + str(row[7])
    assert found == {f"#{1000 + n}": clean(text) for n, text in enumerate(TEXTS)}


def test_every_text_stands_in_pdf_once(report: SelfEvaluationReport) -> None:
    text = pdf_text(render_pdf(report), FURNITURE)

    assert [item for item in TEXTS if text.count(squeezed(clean(item))) != 1] == []


def test_a_long_text_is_cut_over_rows_that_excel_can_show() -> None:
    """A row of Excel is at most 409 points high; what does not fit would be missing in print."""
    text = long_text(1)

    rows = excel_values(render_excel(_with_contribution(text)), "Bijdragen")

    assert len(rows) > 1
    assert "".join(str(row[7]) for row in rows) == text
    assert [row[3] for row in rows] == ["Toelichting", *["Toelichting (vervolg)"] * (len(rows) - 1)]


@pytest.mark.parametrize("payload", PAYLOADS)
def test_payloads_in_every_field_are_only_shown(payload: str) -> None:
    """A name can be chosen as freely as a text: no field may be read as markup, template or formula."""
    report = _payload_everywhere(payload)

    word, pdf, excel = "\n".join(word_paragraphs(render_word(report))), render_pdf(report), render_excel(report)

    assert word.count(one_line(payload)) >= 7
    assert pdf_text(pdf).count(squeezed(one_line(payload))) >= 7
    assert all(b"<f>" not in content and b"<f " not in content for content in parts(excel).values())


@pytest.mark.parametrize(
    "text", ["مرحبا بكم في المركز", "שלום לכולם", "日本語と中文", "ሰላም", "नमस्ते", "👍 😊 ✅ 👨‍👩‍👧 👍🏽", "🫶 한국어 ᚠ"]
)
def test_other_scripts_neither_crash_nor_disappear(text: str) -> None:
    report = _with_contribution(f"begin {text} eind")

    shown = pdf_text(render_pdf(report))

    ignorable = "\u200d\ufe0f\U0001f3fd"
    missing = [c for c in text if not c.isspace() and c not in ignorable and not _is_shown(c, shown)]
    assert missing == []
    assert f"begin {text} eind" in word_paragraphs(render_word(report))


def test_a_character_without_glyph_is_explained() -> None:
    shown = pdf_text(render_pdf(_with_contribution("een hart van handen: 🫶")))

    assert "[U+1FAF6]" in shown
    assert squeezed("Enkele tekens staan niet in het lettertype") in shown


def test_a_very_long_word_stays_on_the_page() -> None:
    """A link of 2,000 characters without a break would run off the paper."""
    link = "https://voorbeeld.example/" + "a1b2c3" * 330

    document = render_pdf(_with_contribution(link))

    assert squeezed(link) in pdf_text(document, FURNITURE)
    assert max(len(line) for page in pdf_reader(document).pages for line in page.extract_text().split("\n")) < 130


def _is_shown(sign: str, text: str) -> bool:
    return squeezed(sign) in text or f"[U+{ord(sign):04X}]" in text


def _with_contribution(text: str) -> SelfEvaluationReport:
    norm = replace(a_norm(), contributions=(contribution(1, text),))
    return report_of((ReportRubric(RubricId("V"), 1, "Vakmanschap", "", (norm,)),))


def _payload_everywhere(payload: str) -> SelfEvaluationReport:
    file = Attachment(payload, 1000)
    item = replace(contribution(1, payload), author=payload, kind=ContributionKind.PHOTO, attachment=file)
    norms = (
        replace(
            a_norm("V1", Verdict.PARTIAL),
            contributions=(item,),
            improvement=ImprovementAction(payload, payload, date(2027, 1, 1)),
            wording_source=payload,
            updated_by=payload,
        ),
        replace(a_norm("V2", Verdict.NOT_APPLICABLE), reason_not_applicable=payload),
    )
    report = report_of((ReportRubric(RubricId("V"), 1, payload, payload, norms),), scope=payload)
    return replace(report, organisation=payload, contributors=(Contributor(payload, 1, payload),))
