"""What is wrong with a study by itself? Everything, before any background data is asked.

Every check is a function of the study that returns problems. A row or a column that could not be
read was reported by the reader; the checks pass it over, so that one mistake is one problem.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from pcf.study.alternatives import applied
from pcf.study.amounts import used_amounts
from pcf.study.balances import balance_problems
from pcf.study.calling import computed
from pcf.study.exclusions import exclusion_problems
from pcf.study.legs import leg_problems
from pcf.study.months import meter_problems, month_problems
from pcf.study.names import name_problems
from pcf.study.processes import process_problems
from pcf.study.rows import repeated_rows, row_problems, spread_problems
from pcf.study.statements import statement_problems
from pcf.study.totals import total_problems

if TYPE_CHECKING:
    from pcf.errors import Problem
    from pcf.study.values import Study


def study_problems(study: Study) -> tuple[Problem, ...]:
    """Return everything that is wrong with a study by itself, what reading found included.

    >>> from pcf.study.values import Study
    >>> [each.code for each in study_problems(Study("a", processes=()))]
    ['study-no-processes']
    """
    if study.unread:  # every check rests on the settings
        return study.problems
    called = computed(study)
    study = called.study
    standing = applied(study)
    repeated, doubles = repeated_rows(study)
    once = replace(
        standing,
        activity=tuple(
            row for row in standing.activity if not any(row is each for each in doubles)
        ),
    )
    amounts = used_amounts(once)
    found = [
        *study.problems,
        *called.problems,
        *process_problems(study),
        *repeated,
        *row_problems(study),
        *amounts.problems,
        *spread_problems(once, amounts.used),
        *month_problems(once),
        *meter_problems(once),
        *leg_problems(standing),
        *name_problems(study),
        *exclusion_problems(study),
        *total_problems(once, amounts.used),
        *balance_problems(study, amounts.used),
        *statement_problems(study),
    ]
    return tuple(dict.fromkeys(found))
