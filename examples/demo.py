"""The main job in one page: a tonne of primary aluminium, from bauxite to ingot.

`make demo` runs this file. It reads the reference study and the draft background data that come
with the package, solves them, and shows the same tonne with the potline on the national average
grid and on wind power through the public grid.
"""

import pcf

background = pcf.open_background("cn-public", edition="2026.1")
study = pcf.reference_study("aluminium")

average = study.footprint(background)
wind = study.varying(electricity={"potline": "wind"}).footprint(background)

print(average)
print("\nThe same tonne twice, kg CO2e / 同一吨铝锭的两种用电：")
print(pcf.compare({"national average": average, "wind through the grid": wind}))
print("\nWhy the two differ / 两者之差：")
print(wind - average)
print("\nThe arithmetic of the potline / 电解槽用电的算式：")
print(wind.because_of("potline"))
