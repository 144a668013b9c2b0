"""An exporter's evening: a declaration of a fictional plant for its buyer, importer and web page.

Run it from the project's folder: `python examples/exporter.py [FOLDER TO WRITE INTO]`.
"""

import sys
from pathlib import Path

import pcf

here = Path(__file__).parent
out = Path(sys.argv[1] if len(sys.argv) > 1 else ".")

background = pcf.open_background("cn-public", edition="2026.1")
study = pcf.read_study(here / "fictional_aluminium")
footprint = study.footprint(background)
opinion = pcf.rule_pack("aluminium").judge(study, footprint, background=background)

declaration = pcf.declare_footprint(
    footprint,
    product=pcf.Product(
        "aluminium ingot 99.70 %",
        cn_code="7601 10 00",
        mass_per_piece="20 kg",
        fossil_carbon="0 %",
    ),
    company=pcf.Company("示例铝业有限公司", registration="91620000EXAMPLE000", address="兰州"),
    opinion=opinion,
    valid="2025-01-01/2027-12-31",
    study=study,
    background=background,
)  # refused, with the list, while any 'shall' is violated
declaration.save(out / "customer.json", format="PACT 3.0")
declaration.save(out / "importer.xlsx", format="CBAM 2026")
declaration.save(out / "report.html", language="zh")
print(f"{declaration.declared_value} kg CO2e / {footprint.declared_unit}")
