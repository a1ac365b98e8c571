"""Official wording: all 49 norms from every layout, exactly, and nothing that was guessed."""

from __future__ import annotations

from collections.abc import Callable, Mapping

import pytest

from domain.framework import Framework, NormId
from domain.norm_import import Doubt, Import, Layout, find_official_wording
from tests.domain import norm_documents as documents

Write = Callable[[Framework, Mapping[NormId, str]], str]
DAMAGED = ["V1", "V12", "V13", "O13", "O18"]


@pytest.fixture(scope="module")
def texts(label: Framework) -> Mapping[NormId, str]:
    return documents.invented(label)


def exact(found: Import, texts: Mapping[NormId, str]) -> int:
    """Count the norms that came in word for word; show the first that did not."""
    read = {norm.norm: norm.text for norm in found.usable}
    wrong = [norm for norm in texts if read.get(norm) != texts[norm]]
    for norm in wrong[:3]:
        print(norm, read.get(norm), texts[norm], sep="\n   ")
    return len(texts) - len(wrong)


@pytest.mark.parametrize("write", [documents.interview_format, documents.report_form, documents.handbook])
def test_all_49_norms_come_in_word_for_word(write: Write, label: Framework, texts: Mapping[NormId, str]) -> None:
    """Domain book §14: the interview format and the handbook."""
    found = find_official_wording(write(label, texts), label)

    if write is documents.report_form:  # alone it cannot know of the hyphen that it lost
        texts = {**texts, NormId("O8"): texts[NormId("O8")].replace("opdrachtgever-eisen", "opdrachtgevereisen")}
    assert exact(found, texts) == 49
    assert found.missing == ()


@pytest.mark.parametrize(
    "spoil",
    [
        lambda text: text.replace("\n", "\r\n"),
        lambda text: text.replace(" ", "\u00a0"),
        lambda text: text.replace("fi", "ﬁ").replace("fl", "ﬂ"),
        lambda text: text.replace("eren", "e\u00adren"),
        lambda text: text.replace("\n", "\n\n") if "\t" not in text[:400] else text,
        lambda text: text.replace(". ", ".  ").replace(", ", ",  "),
        lambda text: text.replace("e\u0301", "é").replace("é", "e\u0301").replace("ë", "e\u0308"),
        lambda text: "\ufeff" + text,
    ],
    ids=["crlf", "hard spaces", "ligatures", "soft hyphens", "double spacing", "wide spaces", "marks apart", "bom"],
)
@pytest.mark.parametrize("write", [documents.interview_format, documents.handbook])
def test_what_extraction_leaves_behind_does_no_harm(
    write: Write, spoil: Callable[[str], str], label: Framework, texts: Mapping[NormId, str]
) -> None:
    found = find_official_wording(spoil(write(label, texts)), label)

    assert exact(found, texts) == 49


def test_numbers_on_a_line_of_their_own_are_understood(label: Framework, texts: Mapping[NormId, str]) -> None:
    written = documents.interview_format(label, texts)
    for number in range(23, 0, -1):
        written = written.replace(f"\t{number}. ", f"\t{number}.\n\t")

    assert exact(find_official_wording(written, label), texts) == 49


def test_ids_with_the_letter_of_their_rubric_are_understood(label: Framework, texts: Mapping[NormId, str]) -> None:
    lines = []
    rubric = ""
    for line in documents.interview_format(label, texts).split("\n"):
        rubric = line.split()[-1][0] if line.strip().startswith("Kwaliteitsnormen") and "Org" not in line else rubric
        rubric = "O" if "Kwaliteitsnormen Organisatie" in line else rubric
        lines.append(line.replace("\t", f"\t{rubric}", 1) if rubric and line[1:2].isdigit() else line)

    assert exact(find_official_wording("\n".join(lines), label), texts) == 49


def test_the_damage_of_the_norm_list_is_known(label: Framework, texts: Mapping[NormId, str]) -> None:
    """Domain book §13.1-4: V1, V12 and V13, O13, O18; they keep our wording and are named."""
    found = find_official_wording(documents.norm_list(label, texts), label)

    assert sorted(norm.norm for norm in found.doubtful) == sorted(DAMAGED)
    assert len(found.usable) == 44
    assert {norm.layout for norm in found.norms} == {Layout.NORM_LIST}
    reasons = {norm.norm: norm.doubts for norm in found.doubtful}
    assert Doubt.WRONG_SUBJECT in reasons[NormId("V13")]
    assert Doubt.HOLDS_OTHER in reasons[NormId("O18")]


def test_the_handvat_lacks_four_norms_and_says_so(label: Framework, texts: Mapping[NormId, str]) -> None:
    """Domain book §13.9."""
    found = find_official_wording(documents.handvat(label, texts), label)

    assert found.missing == ("V12", "V13", "V14", "V15")
    assert exact(found, texts) == 44  # alone it cannot know which hyphen at a line end is real, and says so:
    assert [norm.norm for norm in found.usable if norm.text != texts[norm.norm]] == ["O8"]
    assert Doubt.HYPHEN in next(norm.doubts for norm in found.usable if norm.norm == "O8")


def test_questions_evidence_and_examples_come_along(label: Framework, texts: Mapping[NormId, str]) -> None:
    found = find_official_wording(documents.handbook(label, texts), label)

    d9 = next(norm for norm in found.norms if norm.norm == "D9")
    assert d9.layout is Layout.REPORT_FORM
    assert Layout.EXAMPLES in d9.agreeing
    assert d9.examples.startswith("Kan blijken uit")
    assert d9.questions.split()[0] in label.norm(d9.norm).questions[0]
    assert d9.evidence.split()[0] in label.norm(d9.norm).evidence[0]


def test_findings_of_an_example_report_are_no_norms(label: Framework, texts: Mapping[NormId, str]) -> None:
    """Who hands in a filled-in report gets no wording with somebody's findings in it."""
    found = find_official_wording(documents.example_report(label, texts), label)

    assert all("collega's blijkt" not in norm.text for norm in found.usable)


def test_a_norm_that_is_not_there_is_listed(label: Framework, texts: Mapping[NormId, str]) -> None:
    written = "\n".join(
        line for line in documents.interview_format(label, texts).split("\n") if texts[NormId("D9")] not in line
    )

    found = find_official_wording(written, label)

    assert found.missing == ("D9",)
    assert len(found.usable) == 48


@pytest.mark.parametrize(
    ("text", "doubt"),
    [
        ("Kort.", Doubt.TOO_SHORT),
        ("Dit is een lange zin zonder punt die nergens eindigt en daarom niet klopt", Doubt.NO_FULL_STOP),
        ("Woorden " * 90 + "einde.", Doubt.TOO_LONG),
        ("Deze norm spreekt over het voorkomen van iets, copyright van iemand anders.", Doubt.HOLDS_FURNITURE),
    ],
)
def test_a_text_that_fails_a_check_keeps_our_wording(text: str, doubt: Doubt, label: Framework) -> None:
    written = f"Kwaliteitsnormen Vakmanschap\nWie\n\n\t1. {text}\nP\n"

    found = find_official_wording(written, label)

    assert [norm.norm for norm in found.usable] == []
    assert found.norms == () or doubt in found.norms[0].doubts


@pytest.mark.parametrize(
    "hostile",
    ["", "\n" * 200_000, "1. " * 100_000, "Kwaliteitsnormen Vakmanschap\n" * 20_000, "-\n" * 50_000, "a-\n" * 50_000],
    ids=["empty", "lines", "numbers", "heads", "hyphens", "words cut"],
)
def test_a_hostile_text_yields_nothing(hostile: str, label: Framework) -> None:
    found = find_official_wording(hostile, label)

    assert found.usable == ()
    assert len(found.missing) + len(found.norms) == 49
