"""A certification body's morning: open a sealed case, recompute, judge, write the opinion.

Run it from the project's folder: `python examples/certification_body.py [FOLDER TO WRITE INTO]`. It
seals the fictional plant first, as the applicant would; then it forgets it and knows the case only.
"""

import sys
from pathlib import Path

import pcf

here = Path(__file__).parent
out = Path(sys.argv[1] if len(sys.argv) > 1 else ".")

background = pcf.open_background("cn-public", edition="2026.1")
plant = pcf.read_study(here / "fictional_aluminium")
pcf.seal_bundle(out / "ingot-2024.pcf", plant, plant.footprint(background), background)

case = pcf.open_bundle(out / "ingot-2024.pcf")
case.require_intact()
case.recompute().require_equal(case.declared)
opinion = pcf.rule_pack("aluminium", edition="2026").judge(
    case.study, case.footprint, background=case.background
)
for finding in opinion.unmet:
    print(finding.clause, finding.says("zh"), finding.remedy("zh"))
opinion.save(out / "opinion.html", language="zh")
raise SystemExit(opinion.exit_code)  # 0 satisfied, 1 violated, 2 cannot tell
