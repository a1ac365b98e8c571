"""The weighing: where the threshold lies, and what can never happen to it."""

from __future__ import annotations

from typing import Any, cast

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.framework import Framework, FrameworkId, NormId
from domain.verdicts import Verdict
from domain.weighing import Forecast, Outcome, Weighing, weigh
from storage.content import FRAMEWORKS_DIRECTORY, load_framework, load_frameworks
from tests.domain.cases import cases

LABEL = load_frameworks()[FrameworkId("kwaliteitslabel-2019")]
FROM_GOOD_TO_BAD = (Outcome.ALL_MET, Outcome.PLAN_REQUIRED, Outcome.FOLLOWUP_REQUIRED)

any_verdicts = st.lists(st.sampled_from(Verdict), min_size=49, max_size=49).map(
    lambda verdicts: {norm.id: verdict for norm, verdict in zip(LABEL.norms, verdicts, strict=True)}
)
complete_verdicts = st.lists(
    st.sampled_from([Verdict.MET] * 8 + [Verdict.PARTIAL, Verdict.NOT_MET, Verdict.NOT_APPLICABLE]),
    min_size=49,
    max_size=49,
).map(lambda verdicts: {norm.id: verdict for norm, verdict in zip(LABEL.norms, verdicts, strict=True)})


@pytest.mark.parametrize("case", cases("weighing_cases.yaml"))
def test_weighing_follows_the_sources(case: dict[str, Any]) -> None:
    """Each case names the paragraph it comes from."""
    framework = load_framework(FRAMEWORKS_DIRECTORY / "kwaliteitslabel-2019.yaml", weighing=case.get("edition"))

    weighing = weigh(_verdicts(case, framework), framework)

    assert {name: _seen(weighing, name) for name in case["expect"]} == case["expect"], case["source"]


def _verdicts(case: dict[str, Any], framework: Framework) -> dict[NormId, Verdict]:
    counted = {"not_assessed" if name == "open" else name: count for name, count in case["given"].items()}
    given = [Verdict(name) for name, count in counted.items() for _ in range(count)]
    given += [Verdict.MET] * (len(framework.norms) - len(given))
    verdicts = {norm.id: verdict for norm, verdict in zip(framework.norms, given, strict=True)}
    return verdicts | {NormId(norm): cast(Verdict, verdict) for norm, verdict in case.get("extra", {}).items()}


def _seen(weighing: Weighing, name: str) -> object:
    counted = {"plan": weighing.needs_plan, "open": weighing.open_norms}
    if name in counted:
        return len(counted[name])
    seen = getattr(weighing, name)
    return list(seen) if isinstance(seen, tuple) else seen


def test_the_reasons_stand_in_the_order_of_the_framework(label: Framework) -> None:
    """A screen lists them as people know them, however they were stored."""
    verdicts = dict.fromkeys((norm.id for norm in reversed(label.norms)), Verdict.NOT_MET)

    assert weigh(verdicts, label).not_met == tuple(norm.id for norm in label.norms)


def test_a_norm_that_was_never_mentioned_is_open(label: Framework) -> None:
    """Nobody has to write "not assessed" 49 times."""
    weighing = weigh({}, label)

    assert weighing.outcome is Outcome.INCOMPLETE
    assert weighing.open_norms == tuple(norm.id for norm in label.norms)


def test_another_framework_brings_its_own_threshold(garden: Framework) -> None:
    """The numbers are data: one norm not met is too many in the garden."""
    verdicts = dict.fromkeys(garden.norm_ids, Verdict.MET)

    assert weigh(verdicts | {NormId("G1"): Verdict.PARTIAL}, garden).outcome is Outcome.PLAN_REQUIRED
    assert weigh(verdicts | {NormId("M1"): Verdict.NOT_MET}, garden).outcome is Outcome.FOLLOWUP_REQUIRED


@given(any_verdicts, st.randoms(use_true_random=False))
def test_the_order_of_verdicts_does_not_matter(verdicts: dict[NormId, Verdict], random: Any) -> None:
    shuffled = list(verdicts.items())
    random.shuffle(shuffled)

    assert weigh(dict(shuffled), LABEL) == weigh(verdicts, LABEL)


@given(complete_verdicts, st.sampled_from(LABEL.norms))
def test_one_more_norm_that_is_not_met_never_helps(verdicts: dict[NormId, Verdict], norm: Any) -> None:
    """Nobody may gain by doing worse."""
    before = weigh({**verdicts, norm.id: Verdict.MET}, LABEL)
    after = weigh({**verdicts, norm.id: Verdict.NOT_MET}, LABEL)

    if before.outcome is not Outcome.INCOMPLETE:  # every other norm does not apply
        assert FROM_GOOD_TO_BAD.index(after.outcome) >= FROM_GOOD_TO_BAD.index(before.outcome)
    assert after.room_not_met <= before.room_not_met


@given(any_verdicts, st.sampled_from(LABEL.norms))
def test_a_norm_that_does_not_apply_changes_no_limit(verdicts: dict[NormId, Verdict], norm: Any) -> None:
    met = weigh({**verdicts, norm.id: Verdict.MET}, LABEL)
    left_out = weigh({**verdicts, norm.id: Verdict.NOT_APPLICABLE}, LABEL)

    assert (left_out.room_not_met, left_out.room_partial) == (met.room_not_met, met.room_partial)
    assert left_out.forecast is met.forecast


@given(any_verdicts)
def test_every_norm_is_counted_exactly_once(verdicts: dict[NormId, Verdict]) -> None:
    weighing = weigh(verdicts, LABEL)

    counted = weighing.met + weighing.needs_plan + weighing.not_applicable + weighing.open_norms
    assert sorted(counted) == sorted(LABEL.norm_ids)


@given(any_verdicts, st.sampled_from(LABEL.norms), st.sampled_from([Verdict.MET, Verdict.NOT_APPLICABLE]))
def test_a_forecast_that_is_over_can_no_longer_be_mended(
    verdicts: dict[NormId, Verdict], norm: Any, verdict: Verdict
) -> None:
    """That is why the screen may say so before all norms have been judged."""
    before = weigh({**verdicts, norm.id: Verdict.NOT_ASSESSED}, LABEL)
    after = weigh({**verdicts, norm.id: verdict}, LABEL)

    if before.forecast is Forecast.OVER:
        assert after.forecast is Forecast.OVER
