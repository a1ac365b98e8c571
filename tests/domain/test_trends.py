"""Trends: right counts, and nothing that gives an organisation away, whatever is added and subtracted."""

from __future__ import annotations

import random
from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from fractions import Fraction
from itertools import combinations

import pytest

from domain.audit import AuditId
from domain.audit_days import Variant
from domain.framework import NormId
from domain.roles import OrganisationId
from domain.trends import (
    ALL,
    AuditFacts,
    Cell,
    Group,
    Level,
    Order,
    benchmark,
    comparable_groups,
    in_order,
    newest_of_each,
    publish,
)
from domain.verdicts import JUDGED_VERDICTS, Verdict
from storage.trend_content import load_trend_rules

RULES = load_trend_rules()
D8, V1 = NormId("D8"), NormId("V1")
DAY = date(2026, 6, 1)
NONE = Verdict.NOT_APPLICABLE


def fact(
    number: int, verdict: Verdict = Verdict.MET, size: str = "small", variant: Variant = Variant.CI, ci: int = 1,
    *, strong: bool = False, on: date = DAY,
) -> AuditFacts:  # fmt: skip
    norms = frozenset({D8}) if strong else frozenset()
    return AuditFacts(
        AuditId(number), OrganisationId(number), OrganisationId(ci), on, size, variant, {D8: verdict}, norms
    )


def facts(*verdicts: Verdict, **how: object) -> list[AuditFacts]:
    return [fact(number, verdict, **how) for number, verdict in enumerate(verdicts, 1)]  # type: ignore[arg-type]


def cells(found: Iterable[AuditFacts]) -> Mapping[Group, Cell]:
    return {cell.group: cell for cell in publish(tuple(found), RULES)}


# ------------------------------------------------------------------------------------------------- counting


def test_verdicts_and_strong_points_are_counted() -> None:
    found = facts(
        Verdict.MET, Verdict.PARTIAL, Verdict.NOT_MET, Verdict.MET, Verdict.PARTIAL, NONE, Verdict.NOT_ASSESSED
    )
    found[0] = fact(1, Verdict.MET, strong=True)
    found[5] = fact(6, NONE, strong=True)  # what does not apply counts for nothing

    cell = cells(found)[ALL]

    assert (cell.applies, cell.met, cell.partial, cell.not_met, cell.improvements, cell.strong) == (5, 2, 2, 1, 3, 1)
    assert cell.share == Fraction(3, 5)


def test_an_organisation_counts_once_with_its_newest_report() -> None:
    """Two audits within a period are still one organisation."""
    old, new = fact(1, Verdict.NOT_MET), fact(1, Verdict.MET, on=date(2026, 12, 1))

    assert newest_of_each([new, old]) == (new,)


@pytest.mark.parametrize(("organisations", "is_shown"), [(0, False), (4, False), (5, True)])
def test_a_cell_needs_five_organisations(organisations: int, is_shown: bool) -> None:
    assert (ALL in cells(facts(*[Verdict.MET] * organisations))) is is_shown


def test_five_that_the_norm_applies_to() -> None:
    assert cells(facts(*[Verdict.MET] * 4, *[NONE] * 9)) == {}


def test_counting_a_large_branch_is_quick(monkeypatch: pytest.MonkeyPatch) -> None:
    """The count is a matter of bits: every part of it is linear in the organisations."""
    del monkeypatch
    found = branch(random.Random(3), organisations=500, norms=49)

    made = publish(found, RULES)

    assert {cell.group.level for cell in made} == set(Level)
    assert len({cell.norm for cell in made}) == 49


# ------------------------------------------------------------------------------------------------- secrecy


def test_a_part_is_held_back_when_the_rest_would_be_too_small() -> None:
    """Of 9, 5 are small: who subtracts them from all would know of the other 4."""
    found = [*facts(*[Verdict.PARTIAL] * 5), *(fact(number, size="large") for number in range(6, 10))]

    assert set(cells(found)) & {Group(Level.SIZE, "small"), Group(Level.SIZE, "large")} == set()
    assert ALL in cells(found)


def test_a_part_is_shown_when_the_rest_is_large_enough() -> None:
    found = [*facts(*[Verdict.PARTIAL] * 5), *(fact(number, size="large") for number in range(6, 11))]

    assert {Group(Level.SIZE, "small"), Group(Level.SIZE, "large")} <= set(cells(found))


def test_a_rest_to_which_the_norm_does_not_apply_is_held_back_as_well() -> None:
    """That it does not apply at 3 of 8 would follow from the difference."""
    found = [*facts(*[Verdict.MET] * 5), *(fact(number, NONE, size="large") for number in range(6, 9))]

    assert set(cells(found)) & {Group(Level.SIZE, "small"), Group(Level.SIZE, "large")} == set()


def test_two_ways_to_cut_may_not_meet_in_a_small_corner() -> None:
    """By size 6 and 6, by certifying body 6 and 6, and only 2 are small and of the first body."""
    found = [
        *(fact(number, ci=1) for number in range(1, 3)), *(fact(number, ci=2) for number in range(3, 7)),
        *(fact(number, size="large", ci=1) for number in range(7, 11)),
        *(fact(number, size="large", ci=2) for number in range(11, 13)),
    ]  # fmt: skip

    assert {group.level for group in cells(found)} == {Level.ALL, Level.SIZE, Level.COMPARABLE}  # of one variant


def branch(rng: random.Random, organisations: int, norms: int = 1) -> tuple[AuditFacts, ...]:
    """Return a branch in which sizes, variants, bodies and what does not apply are unevenly spread."""
    verdicts = rng.choices((Verdict.MET, Verdict.PARTIAL, Verdict.NOT_MET, NONE), k=4)
    ids = [NormId(f"N{number}") for number in range(norms)]
    return tuple(
        AuditFacts(
            AuditId(number),
            OrganisationId(number),
            OrganisationId(rng.choice((1, 1, 1, 2))),
            DAY,
            rng.choice(("small", "small", "medium", "large", "largest", "")),
            rng.choice((Variant.CI, Variant.CI, Variant.COMBINATION, Variant.INTERCOLLEGIAL)),
            {norm: rng.choice((*verdicts, Verdict.MET, Verdict.PARTIAL)) for norm in ids},
            frozenset(norm for norm in ids if rng.random() < 0.3),
        )
        for number in range(1, organisations + 1)
    )


def known_of(found: Sequence[AuditFacts], made: Iterable[Cell], norm: NormId) -> list[list[Fraction]]:
    """Return what is published of a norm as equations: a row per cell, with a 1 for everybody who is in it."""
    return [
        [Fraction(cell.group in fact.groups) for fact in found] for cell in made if cell.norm == norm
    ]  # fmt: skip


def reduced(rows: list[list[Fraction]]) -> list[list[Fraction]]:
    """Return the rows in reduced echelon form: everything that follows from them is a sum of these."""
    rows, place = [row[:] for row in rows], 0
    for column in range(len(rows[0]) if rows else 0):
        pivot = next((number for number in range(place, len(rows)) if rows[number][column]), None)
        if pivot is None:
            continue
        rows[place], rows[pivot] = rows[pivot], rows[place]
        rows[place] = [value / rows[place][column] for value in rows[place]]
        for number, row in enumerate(rows):
            if number != place and row[column]:
                rows[number] = [value - row[column] * other for value, other in zip(row, rows[place], strict=True)]
        place += 1
    return rows[:place]


@pytest.mark.parametrize("seed", range(40))
def test_nobody_can_be_worked_out_from_what_is_published(seed: int) -> None:
    """The attack: solve all published cells together, and look for a sum over too few organisations.

    Reduced rows, and sums and differences of two and three of them, are what an attacker would find.
    """
    rng = random.Random(seed)
    found = branch(rng, rng.choice((5, 8, 13, 21, 34)))
    norm = NormId("N0")
    rows = reduced(known_of(found, publish(found, RULES), norm))
    applies = [fact.verdicts[norm] in JUDGED_VERDICTS for fact in found]

    tried = [row for size in (1, 2, 3) for row in mixes(rows, size)]

    for row in tried:
        touched = [place for place, value in enumerate(row) if value]
        assert not touched or sum(applies[place] for place in touched) >= RULES.min_organisations, (seed, touched)


def mixes(rows: Sequence[Sequence[Fraction]], size: int) -> Iterable[list[Fraction]]:
    """Return sums and differences of so many rows."""
    for chosen in combinations(rows, size):
        for signs in range(1 << (size - 1)):
            factors = [1, *(1 if signs >> place & 1 else -1 for place in range(size - 1))]
            yield [
                sum(f * value for f, value in zip(factors, column, strict=True)) for column in zip(*chosen, strict=True)
            ]  # type: ignore[misc]


@pytest.mark.parametrize("seed", range(20))
def test_the_attack_itself_works(seed: int) -> None:
    """Without holding anything back the same attack finds somebody: else the test above would prove nothing."""
    rng = random.Random(seed)
    found = branch(rng, 21)
    norm = NormId("N0")
    everything = [Cell(norm, group, 0, 0, 0, 0) for group in dict.fromkeys(g for fact in found for g in fact.groups)]

    rows = reduced(known_of(found, everything, norm))

    sizes = [sum(1 for value in row if value) for size in (1, 2) for row in mixes(rows, size)]
    assert min(size for size in sizes if size) < RULES.min_organisations


@pytest.mark.parametrize("seed", range(20))
def test_every_published_cell_is_large_and_right(seed: int) -> None:
    rng = random.Random(seed)
    found = branch(rng, 40, norms=3)

    for cell in publish(found, RULES):
        own = [fact for fact in found if cell.group in fact.groups and fact.verdicts[cell.norm] in JUDGED_VERDICTS]
        assert cell.applies == len(own) >= RULES.min_organisations
        assert cell.improvements == sum(fact.verdicts[cell.norm].needs_improvement for fact in own)
        assert cell.strong == sum(cell.norm in fact.strong for fact in own)


# ------------------------------------------------------------------------------------------------- benchmark


def test_a_member_is_compared_with_others_like_it() -> None:
    made = cells([*facts(*[Verdict.PARTIAL] * 6, *[Verdict.MET] * 5), *(fact(n, size="large") for n in range(20, 30))])

    found = benchmark(made.values(), comparable_groups("small", Variant.CI), None, RULES)

    assert found is not None
    assert (found.level, found.cell.improvements, found.cell.applies) == (Level.COMPARABLE, 6, 11)


def test_who_looks_is_not_one_of_the_others() -> None:
    """Of 6 in the cell one is the reader, who knows their own."""
    own = fact(1, Verdict.PARTIAL, strong=True)
    made = cells([own, *(fact(number, Verdict.MET) for number in range(2, 7))])

    found = benchmark(made.values(), comparable_groups("small", Variant.CI), own, RULES)

    assert found is not None
    assert (found.cell.applies, found.cell.improvements, found.cell.strong) == (5, 0, 0)


def test_with_four_others_nothing_is_said() -> None:
    own = fact(1)
    made = cells([own, *(fact(number) for number in range(2, 6))])

    assert ALL in made
    assert benchmark(made.values(), comparable_groups("small", Variant.CI), own, RULES) is None


def test_a_group_that_is_too_small_is_widened() -> None:
    """Five others of the same size, and enough in the branch."""
    own = fact(1)
    found = [own, *(fact(n) for n in range(2, 6)), *(fact(n, size="large") for n in range(10, 20))]

    seen = benchmark(cells(found).values(), comparable_groups("small", Variant.CI), own, RULES)

    assert seen is not None
    assert (seen.level, seen.cell.applies) == (Level.ALL, 14)


def test_without_a_known_size_there_is_only_the_branch() -> None:
    assert comparable_groups("", Variant.CI) == (ALL,)
    assert fact(1, size="").groups == (ALL, Group(Level.CI, ci=OrganisationId(1)))


@pytest.mark.parametrize(
    ("fte", "size"),
    [("0", ""), ("0.5", "small"), ("20", "small"), ("20.01", "medium"), ("150", "large"), ("151", "largest")],
)
def test_sizes_have_edges(fte: str, size: str) -> None:
    assert RULES.size_of(Fraction(fte)) == size


def test_a_period_is_published_once_it_is_over_for_a_while() -> None:
    assert RULES.newest_period(date(2027, 1, 13)).year == 2025
    assert RULES.newest_period(date(2027, 1, 14)).year == 2026
    assert RULES.oldest_report(RULES.newest_period(date(2027, 1, 14))) == date(2025, 1, 1)


def test_norms_come_with_most_to_improve_or_most_to_be_proud_of_first() -> None:
    first = Cell(V1, ALL, 10, 2, 0, 8)
    second = Cell(D8, ALL, 10, 6, 1, 1)
    gone = Cell(NormId("X9"), ALL, 10, 9, 9, 9)

    assert in_order([first, second, gone], Order.IMPROVEMENTS, [V1, D8]) == (second, first)
    assert in_order([second, first], Order.STRONG, [V1, D8]) == (first, second)
    assert in_order([second, first], Order.FRAMEWORK, [V1, D8]) == (first, second)
