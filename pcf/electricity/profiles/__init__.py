"""By which rules is a claim judged? Profiles: versioned data that say how surely they are known.

`read_profile` gives one of `profile_ids`; `pcf.electricity.matching` does the tests that its rules
name, over facts that are the same for every profile.
"""

from pcf.electricity.profiles.reading import profile_from, profile_ids, read_profile, varied
from pcf.electricity.profiles.values import Parameter, Profile, Rule
from pcf.electricity.profiles.vocabulary import (
    INSTRUMENTS,
    KNOWN,
    LEVELS,
    UNITS,
    Instrument,
    Known,
    Level,
    Unit,
)

__all__ = [
    "INSTRUMENTS",
    "KNOWN",
    "LEVELS",
    "UNITS",
    "Instrument",
    "Known",
    "Level",
    "Parameter",
    "Profile",
    "Rule",
    "Unit",
    "profile_from",
    "profile_ids",
    "read_profile",
    "varied",
]
