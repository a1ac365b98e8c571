"""Documents with 49 invented norms in the layouts of the real ones, page furniture and damage included.

No sentence of the owner is in here: the words are ours, stretched to the length that norms have.
"""

from __future__ import annotations

import textwrap
from collections.abc import Callable, Iterator, Mapping

from domain.framework import Framework, Norm, NormId, Rubric

FILL_IN = "Click or tap here to enter text. "
_MORE = {
    "V12": " Wie geregistreerd is, houdt zijn registratie bij.",
    "V4": " Dit gaat over bewoners/cliënten én over in- en uitstroom via e-learning.",
    "D2": " Past het niet (bijvoorbeeld bij een klant(-groep) van een ander), dan volgt een verwijzing.",
    "D9": " Elk half jaar spreken alle partners elkaar daarover.",
    "O8": " Ook de opdrachtgever-eisen en de arbeids-marktpositie komen erin voor.",
    "O19": " Zo blijven de werkprocessen op orde.",
}


def invented(framework: Framework) -> Mapping[NormId, str]:
    """Return a sentence of our own per norm, between 60 and 400 characters."""
    texts = {}
    for norm in framework.norms:
        text = norm.essence + _MORE.get(norm.id, "")
        if len(text) < 60:
            text += " Dat is te zien in de praktijk."
        texts[norm.id] = text
    return texts


def _wrapped(text: str, width: int) -> list[str]:
    """Wrap as a narrow column does: with hyphens inside long words, and a space behind every line."""
    lines: list[str] = []
    for line in textwrap.wrap(text, width, break_on_hyphens=True):
        words = line.split(" ")
        if len(words) > 1 and len(words[-1]) > 11 and words[-1].isalpha():
            lines.append(" ".join([*words[:-1], words[-1][:6] + "-"]))
            lines.append(words[-1][6:])
        else:
            lines.append(line)
    merged: list[str] = []
    for line in lines:  # the rest of a broken word goes on with the next line, as in a column
        if merged and merged[-1] and not merged[-1].endswith("-") and len(merged[-1]) < 10:
            merged[-1] = f"{merged[-1]} {line}"
        else:
            merged.append(line)
    return [f"{line} " for line in merged]


def _rubrics(framework: Framework) -> Iterator[tuple[Rubric, tuple[Norm, ...]]]:
    for rubric in framework.rubrics:
        yield rubric, framework.in_rubric(rubric.id)


def interview_format(framework: Framework, texts: Mapping[NormId, str]) -> str:
    """The form for interviews as text: a tab, number and text on one line, then the codes of the column Wie."""
    lines = ["  Gesprek met:      \t\tBij organisatie:", "", "NB In de kolom ‘Wie’ staan letters:", "· P = vakvrouw"]
    for rubric, norms in _rubrics(framework):
        lines += ["", "", f"\t\tKwaliteitsnormen {rubric.name}", "\tWie", "\tBevindingen toetsing en suggesties", ""]
        for norm in norms:
            text = texts[norm.id].replace("/", "/ ", 1) if norm.id == "V4" else texts[norm.id]
            text = text.replace(",", ",,", 1) if norm.id == "O17" else text
            codes = [code for who in norm.who for code in (who, "")]
            lines += [f"\t{norm.number}. {text} ", "\t", *codes[:-1], "\t", "", "", "", "", ""]
    return "\n".join(lines)


def norm_list(framework: Framework, texts: Mapping[NormId, str]) -> str:
    """Bijlage 2 with its known damage, glued to running text before and after it."""
    damaged = dict(texts)
    v13, o18, o19 = NormId("V13"), NormId("O18"), NormId("O19")
    damaged[NormId("V12")] = texts[NormId("V12")].removesuffix(_MORE["V12"])
    damaged[v13] = _MORE["V12"].strip() + " " + texts[v13]
    damaged[NormId("O13")] = texts[NormId("O13")][:45] + "\nCopyright Niemand, 29 mei 2019"
    damaged[o18] = f"{texts[o18]} {texts[o19]}"
    lines = ["Bijlage 2", ""]
    for rubric, norms in _rubrics(framework):
        lines.append(f"Rubriek {rubric.number}. {rubric.name}")
        for norm in norms:
            first, *rest = [line for part in damaged[norm.id].split("\n") for line in _wrapped(part, 100)]
            space = " " if norm.number == 12 else ""
            lines += [f"{space}{norm.number}.\t {first}", *(["", *rest, ""] if norm.number % 4 == 1 else rest)]
        lines += ["", ""]
    return "\n".join(lines)


def examples(framework: Framework, texts: Mapping[NormId, str]) -> str:
    """Bijlage 3: two columns, read one after the other."""
    lines = ["Bijlage 3", "", "Voorbeelden om te voldoen aan de normen", "", "Dit zijn er 10 of meer."]
    for rubric, norms in _rubrics(framework):
        lines += ["", f"Normen {rubric.name.lower()}", ""]
        for norm in norms:
            if norm.number % 6 == 1:
                head = f"Kwaliteitsnormen {rubric.name} Kan blijken uit voorbeelden van werkwijzen, afspraken, "
                lines += [head, "regelingen en gevulde systemen", ""]
            lines += _cell(norm, _wrapped(texts[norm.id], 33), space=norm.number % 5 == 0)
            lines += [*_wrapped(f"Kan blijken uit {'; '.join(norm.evidence)}.", 58), ""]
    return "\n".join(lines)


def handvat(framework: Framework, texts: Mapping[NormId, str]) -> str:
    """Bijlage 4: three columns one after the other; the last four of the first rubric are not in it."""
    lines = ["Bijlage 4 ", "", "Handvat voor toetsers", ""]
    for rubric, norms in _rubrics(framework):
        lines += ["Kwaliteitsnormen ", rubric.name, "", "Voorbeeld vragen Voorbeelden van ‘bewijs’", ""]
        for norm in norms[:11] if rubric.id == "V" else norms:
            lines += _cell(norm, _wrapped(texts[norm.id], 22), space=norm.number % 4 == 0)
            lines += [*_wrapped(" ".join(norm.questions), 42), "", *_wrapped(" ".join(norm.evidence), 24), ""]
    return "\n".join(lines)


def report_form(framework: Framework, texts: Mapping[NormId, str]) -> str:
    """Bijlage 7: a form with places to fill in; heads and page numbers return on every page, also within a norm."""
    lines = ["Bijlage 7", "", "ONDERZOEKSVERSLAG", "", "• In de rechterkolom staat het oordeel: voldoet (+).", ""]
    for rubric, norms in _rubrics(framework):
        first_column = f"Kwaliteitsnormen {rubric.name} Bevindingen en verbeterpunten "
        head = [first_column, "toetsing ", "", "Oordeel  ", "+, +/-, - ", ""]
        lines += head
        for norm in norms:
            if norm.number % 5 == 0:
                lines += ["BLZ. 2 VAN 12", "", *head]
            text = texts[norm.id].replace("opdrachtgever-eisen", "opdrachtgevereisen")
            first, *rest = _wrapped(text, 52)
            cut = [*rest[:1], "13 VAN 19", *head, *rest[1:]] if norm.number == 7 and len(rest) > 1 else rest
            lines += [f"{norm.number}. {first}", *cut, "", FILL_IN, "Click or tap ", "", "here to enter ", "text. ", ""]
        lines += [f"Rubriek {rubric.name} getoetste documenten: {FILL_IN}", "", "bijlage 7: 12"]
    return "\n".join(lines)


def example_report(framework: Framework, texts: Mapping[NormId, str]) -> str:
    """Bijlage 8: the same heads, with findings and a sign behind the norms."""
    lines = ["Bijlage 8", ""]
    for rubric, norms in _rubrics(framework):
        lines += [f"Kwaliteitsnormen {rubric.name} Bevindingen toetsing Oordeel", ""]
        for norm in norms:
            found = f"In gesprekken met 10 collega's blijkt dit bij {norm.label}. Zie ook punt 5. +/-"
            first, *rest = _wrapped(texts[norm.id], 52)
            lines += [f" {norm.number}. {first}", *rest, "", found, ""]
    return "\n".join(lines)


def handbook(framework: Framework, texts: Mapping[NormId, str]) -> str:
    """Everything together, with a table of contents and running text around it."""
    parts: list[Callable[[Framework, Mapping[NormId, str]], str]] = [
        norm_list, examples, handvat, report_form, example_report,
    ]  # fmt: skip
    contents = [f"Bijlage {number} {'.' * 20} {number * 3}" for number in (1, 2, 3, 4, 7, 8)]
    chapter = ["Hoofdstuk 2", "", "1. Een lid kiest een variant.", "2. De CI plant.", "", "Rubriek 4. bestaat niet."]
    return "\n".join([*contents, *chapter, *(part(framework, texts) for part in parts), "Bijlage 9", "1. Slot."])


def _cell(norm: Norm, wrapped: list[str], *, space: bool) -> list[str]:
    first, *rest = wrapped
    return [f"{' ' if space else ''}{norm.number}.\t {first}", *rest, ""]
