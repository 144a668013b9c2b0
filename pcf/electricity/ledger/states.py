"""Which state may follow which? Everything that is not drawn here is refused.

::

    active ──reserve──▶ reserved ──release──▶ active         frozen ──unfreeze──▶ active
    active ──transfer──▶ active (new owner, sold once more)  frozen ──annul──▶ annulled ■
    active │ reserved ──cancel──▶ cancelled ──claim──▶ claimed
    active │ reserved ──expire──▶ expired ■
    active ──freeze──▶ frozen      active ──lock──▶ locked ──unlock──▶ active
    active │ reserved │ locked │ cancelled │ claimed ──withdraw──▶ withdrawn ■

A claimed watt-hour returns to cancelled only when another watt-hour of its claim is withdrawn.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, get_args

State = Literal[
    "active",
    "reserved",
    "locked",
    "frozen",
    "cancelled",
    "claimed",
    "expired",
    "withdrawn",
    "annulled",
]
STATES: tuple[State, ...] = get_args(State)

Verb = Literal[
    "reserve", "release", "lock", "unlock", "freeze", "unfreeze", "annul", "expire", "withdraw"
]
VERBS: tuple[Verb, ...] = get_args(Verb)
"""What a `Move` does; transfer, cancel and claim carry a record of their own."""

Change = Literal[Verb, "transfer", "cancel", "claim", "unclaim"]


@dataclass(frozen=True, slots=True)
class Transition:
    """From which states a change leads to which one.

    `owner` says that only the owner may do it, `usable` that the certificate must not have expired
    on the day of the change.
    """

    sources: frozenset[State]
    target: State
    owner: bool = False
    usable: bool = False


def _from(*sources: State) -> frozenset[State]:
    return frozenset(sources)


TRANSITIONS: dict[Change, Transition] = {
    "reserve": Transition(_from("active"), "reserved", owner=True, usable=True),
    "release": Transition(_from("reserved"), "active", owner=True),
    "lock": Transition(_from("active"), "locked", owner=True, usable=True),
    "unlock": Transition(_from("locked"), "active", owner=True),
    "transfer": Transition(_from("active"), "active", owner=True, usable=True),
    "cancel": Transition(_from("active", "reserved"), "cancelled", owner=True, usable=True),
    "claim": Transition(_from("cancelled"), "claimed"),
    "unclaim": Transition(_from("claimed"), "cancelled"),
    "freeze": Transition(_from("active"), "frozen"),
    "unfreeze": Transition(_from("frozen"), "active"),
    "annul": Transition(_from("frozen"), "annulled"),
    "expire": Transition(_from("active", "reserved"), "expired"),
    "withdraw": Transition(
        _from("active", "reserved", "locked", "cancelled", "claimed"), "withdrawn"
    ),
}
