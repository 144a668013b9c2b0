"""What is a product system made of? Frozen values: no files, no matrices.

`amounts` how much and who says so; `coverage` where and when; `flows` what crosses a boundary;
`processes` unit processes and those that must be allocated first; `systems` the product system as
columns; `flow_table` flows as columns; `building` how columns come from processes or from
labelled matrices; `characterisation` gas tables; `declared` the declared unit and exclusions.
"""
