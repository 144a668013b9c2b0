"""Which certificate serves which meter, line and product? Plans under rule profiles.

`match` gives a frozen `Plan`; `Circumstances` is what else it rests on: trades, cancellation
records, what other systems took, lines of their own, corridors, batteries. `judge` puts the same
facts before many profiles side by side.
"""

from pcf.electricity.matching.circumstances import Circumstances, Corridor, Tie
from pcf.electricity.matching.finer import by_hour
from pcf.electricity.matching.judging import Verdict, judge
from pcf.electricity.matching.own import OwnPower, own_power
from pcf.electricity.matching.planning import match
from pcf.electricity.matching.plans import Plan, Rest
from pcf.electricity.matching.policies import POLICIES, Policy
from pcf.electricity.matching.records import with_records
from pcf.electricity.matching.refusals import Refusal
from pcf.electricity.matching.storage import STORAGE_POLICIES, Draws, Store, draw

__all__ = [
    "POLICIES",
    "STORAGE_POLICIES",
    "Circumstances",
    "Corridor",
    "Draws",
    "OwnPower",
    "Plan",
    "Policy",
    "Refusal",
    "Rest",
    "Store",
    "Tie",
    "Verdict",
    "by_hour",
    "draw",
    "judge",
    "match",
    "own_power",
    "with_records",
]
