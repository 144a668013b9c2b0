"""What is asked, and of what? Study folders and workbooks, their checks, systems and variations.

`values` what a study is; `reading` how it comes in, `writing` and `template` how it goes out;
`checks` what is wrong with it by itself; `system` how its rows become a product system linked to
background data; `varying` how one study becomes another.
"""

from pcf.study.reading import read_study, reference_study
from pcf.study.system import StudySystem
from pcf.study.template import write_template
from pcf.study.values import Study
from pcf.study.writing import write_study

__all__ = [
    "Study",
    "StudySystem",
    "read_study",
    "reference_study",
    "write_study",
    "write_template",
]
