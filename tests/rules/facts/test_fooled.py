"""Each fact against somebody who wants it wrong: what is fooled is noticed."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from pcf import digest
from pcf.model.amounts import Amount
from pcf.model.declared import Exclusion
from pcf.rules.facts import facts_of
from pcf.rules.values import Pack, Role
from pcf.rules.vocabulary import vocabulary
from pcf.study.values import AllocationChoice, Alternative, Evidence, ProcessRow
from pcf.text import Name

if TYPE_CHECKING:
    from pcf.background import Background
    from pcf.rules.values import FactValue
    from pcf.study import Study
    from pcf.study.values import ActivityRow


def value(study: Study, name: str, background: Background, *roles: Role) -> FactValue:
    """Return the value of one fact of a study on the background data."""
    asked = Role("asked", Name("asked"), mandatory=f"known({name})", processes=("casting",))
    pack = Pack("test", "1", Name("test"), (), {}, vocabulary(), (*roles, asked))
    footprint = study.footprint(background)
    return facts_of(study, footprint, background=background, pack=pack)[name].value


def row_of(study: Study, id_: str) -> ActivityRow:
    """Return a row of activity data by its id."""
    return next(row for row in study.activity if row.id == id_)


def with_row(study: Study, row: ActivityRow) -> Study:
    """Return the study with one row more."""
    return replace(study, activity=(*study.activity, row))


def test_metal_that_comes_in_as_returned_but_leaves_nowhere_is_not_told_to_close(
    reference: Study, background: Background
) -> None:
    butts = row_of(reference, "e-butts")
    foreign = replace(
        butts, id="foreign", direction="input", flow="return metal", amount=Amount(100.0, "kg")
    )
    assert value(reference, "internal.gap", background) == pytest.approx(0.0, abs=1e-9)
    assert value(with_row(reference, foreign), "internal.gap", background) is None


def test_a_returned_stream_of_energy_is_held_against_its_other_end(
    reference: Study, background: Background
) -> None:
    butts = row_of(reference, "e-butts")
    out = replace(butts, id="steam", flow="steam", amount=Amount(100.0, "MJ"))
    back = replace(out, id="steam back", direction="input", amount=Amount(150.0, "MJ"))
    study = with_row(with_row(reference, out), back)
    assert value(study, "internal.gap", background) == pytest.approx(0.5, rel=1e-9)
    kilowatt_hours = replace(back, amount=Amount(100 / 3.6, "kWh"))
    study = with_row(with_row(reference, out), kilowatt_hours)
    assert value(study, "internal.gap", background) == pytest.approx(0.0, abs=1e-9)


@pytest.mark.parametrize(
    "nothing",
    [
        Evidence(text="-"),
        Evidence(text="N/A"),
        Evidence(text="待补"),
        Evidence("evidence/a.csv", digest.fingerprint_bytes(b""), "invoice 12"),
        Evidence("evidence/a.csv", "", "invoice 12"),
    ],
)
def test_an_empty_file_and_an_empty_word_are_no_evidence(
    smelter: Study, background: Background, nothing: Evidence
) -> None:
    before = value(smelter, "primary.evidence_share", background)
    rows = tuple(
        replace(row, evidence=nothing) if row.id == "alumina" else row for row in smelter.activity
    )
    after = value(replace(smelter, activity=rows), "primary.evidence_share", background)
    assert isinstance(before, float)
    assert isinstance(after, float)
    assert after < before - 0.01


def test_a_process_that_does_not_run_or_runs_on_nothing_covers_no_role(
    reference: Study, background: Background
) -> None:
    role = Role("salt", Name("salt", "盐"), made=("salt",), processes=("salt works",))
    idle = ProcessRow("salt works", "salt", Amount(1.0, "t"), stage="electrolysis")
    study = replace(reference, processes=(*reference.processes, idle))
    count, unused = "boundary.roles_missing", "boundary.unused_processes"
    assert value(study, count, background, role) == 1.0
    assert value(study, unused, background) == 1.0
    refractory = replace(row_of(reference, "e-refractory"), confidence="secondary")
    taken = replace(refractory, id="salt", flow="salt", amount=Amount(1.0, "kg"))
    study = with_row(study, taken)
    assert value(study, count, background, role) == 1.0
    assert value(study, unused, background) == 1.0
    power = next(row for row in reference.activity if row.meter and not row.alternative)
    fed = with_row(study, replace(power, id="salt-power", process="salt works", meter="salt"))
    assert value(fed, count, background, role) == 0.0
    assert value(fed, unused, background) == 0.0


def test_a_bought_product_of_amount_zero_covers_no_role(
    reference: Study, background: Background
) -> None:
    role = Role("fluorides", Name("fluorides", "氟化盐"), made=("aluminium fluoride",))
    count = "boundary.roles_missing"
    assert value(reference, count, background, role) == 0.0
    assert value(reference.varying(rows={"e-fluoride": "0 kg"}), count, background, role) == 1.0


def with_alternative(study: Study, alternative: Alternative, *rows: ActivityRow) -> Study:
    """Return the study with one alternative in the place of all it has."""
    gone = {each.name for each in study.alternatives}
    kept = tuple(row for row in study.activity if row.alternative not in gone)
    known = {row.id for row in kept} | {leg.id for leg in study.legs}
    unverified = tuple(each for each in study.unverified if each in known)
    return replace(
        study, activity=(*kept, *rows), alternatives=(alternative,), unverified=unverified
    )


def without_links(study: Study, flow: str) -> Study:
    """Return the study that names no provider for a flow."""
    links = tuple(each for each in study.links if each.flow != flow)
    return replace(study, links=links)


def test_an_exclusion_of_what_has_a_factor_counts_with_the_factor(
    reference: Study, background: Background
) -> None:
    gas = row_of(reference, "c-gas")
    study = without_links(reference, gas.flow)
    bound = Exclusion("casting", gas.flow, Amount(1e-6, "kg CO2e/MJ"), "little")
    hidden = replace(study, exclusions=(*study.exclusions, bound))
    counted = reference.footprint(background).total - hidden.footprint(background).total
    assert counted > 10
    bounds = sum(gap.bound or 0.0 for gap in reference.footprint(background).gaps)
    total = hidden.footprint(background).total
    share = value(hidden, "excluded.share", background)
    assert isinstance(share, float)
    most = (bounds + counted) / (total + bounds + counted)
    assert 0.98 * most < share <= most * (1 + 1e-12), "the least of the providers at hand"
    assert (hidden.footprint(background).share_excluded or 0.0) < 0.6 * share
    wide = Exclusion("casting", gas.flow, Amount(1.0, "kg CO2e/MJ"), "much")
    fair = replace(study, exclusions=(*study.exclusions, wide))
    found = value(fair, "excluded.share", background)
    assert found == pytest.approx(fair.footprint(background).share_excluded, rel=1e-12)


def test_one_flow_left_out_of_two_processes_is_one_exclusion(
    reference: Study, background: Background
) -> None:
    pieces = tuple(
        Exclusion(process, flow, Amount(90.0, "kg CO2e"), "little")
        for process, flow in (("electrolysis", "grease"), ("casting", "Grease"))
    )
    study = replace(reference, exclusions=(*reference.exclusions, *pieces))
    footprint = study.footprint(background)
    parts = [gap.share or 0.0 for gap in footprint.gaps if "grease" in gap.name.casefold()]
    assert len(parts) == 2
    assert max(parts) < 0.01 < sum(parts)
    assert value(study, "excluded.largest", background) == pytest.approx(sum(parts), rel=1e-9)


def test_an_alternative_that_says_the_same_again_tests_nothing(
    reference: Study, background: Background
) -> None:
    alumina = row_of(reference, "e-alumina")
    same = replace(alumina, id="again", alternative="again", confidence="secondary")
    again = Alternative("again", Name("again"), replaces=("e-alumina",), by=("again",))
    study = with_alternative(reference, again, same)
    assert value(study, "sensitivity.count", background) == 0.0
    kinds = value(study, "sensitivity.kinds", background)
    assert isinstance(kinds, frozenset)
    assert "amounts" not in kinds
    other = with_alternative(reference, again, replace(same, amount=Amount(1.9, "t")))
    assert value(other, "sensitivity.count", background) == 1.0


def test_the_same_allocation_under_another_name_is_no_other(
    smelter: Study, background: Background
) -> None:
    standing = smelter.allocations[0]
    assert value(smelter, "allocation.untried", background) == 0.0
    same = AllocationChoice(standing.process, standing.by, reason="once more")
    fake = Alternative("once more", Name("once more"), allocations=(same,))
    study = with_alternative(smelter, fake)
    assert value(study, "allocation.untried", background) == 1.0
