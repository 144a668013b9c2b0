"""What does a buyer or a programme ask beyond the pack? A profile: other numbers, and no more.

A profile is a TOML file with `id`, `title` and `[numbers]`: it cannot add, drop or weaken a rule in
any other way than by the numbers that the pack itself names. `materiality`, the share of the total
above which misstatements are material, may always be set.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from pcf import digest, files, text
from pcf.errors import RuleError, problem
from pcf.rules.documents import open_shaped
from pcf.rules.numbers import read_numbers
from pcf.rules.shapes import ProfileFile
from pcf.rules.values import MATERIALITY, Profile
from pcf.rules.vocabulary import named

if TYPE_CHECKING:
    from pathlib import Path

    from pcf.rules.values import Number, Pack


def read_profile(path: Path, pack: Pack) -> Profile:
    """Return the profile in a file for a pack; raise RuleError with every problem.

    No example: it depends on files.
    """
    with files.collecting(RuleError) as problems:
        opened = open_shaped(path.parent, path.name, ProfileFile, problems)
        if opened is not None:
            document, file = opened
            numbers = read_numbers(document, file.numbers, _replaceable(pack), new=False)
            found = Profile(file.id, named(file.title), numbers)
    return found


def overlay(pack: Pack, profile: Profile) -> Pack:
    """Return the pack with a profile's numbers in the place of its own.

    Raises RuleError for a number that the pack does not have. The pack itself stays as it is.
    No example: it takes a pack from a folder.
    """
    strange = sorted(profile.numbers.keys() - _replaceable(pack).keys())
    if strange:
        raise RuleError(
            *(
                problem(
                    "rule-number-unknown", profile.id, text.nearest(name, pack.numbers), name=name
                )
                for name in strange
            )
        )
    numbers = {name: [each.value, each.unit] for name, each in profile.numbers.items()}
    return replace(
        pack,
        numbers={**pack.numbers, **profile.numbers},
        profile=profile,
        fingerprint=digest.fingerprint({"pack": pack.fingerprint, "numbers": numbers}),
    )


def _replaceable(pack: Pack) -> dict[str, Number]:
    """Return the numbers that a profile may replace: the pack's, and materiality always."""
    return {MATERIALITY.name: MATERIALITY, **pack.numbers}
