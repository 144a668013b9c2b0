"""How do others write it? One module a format, reading and writing side by side.

A module joins the formats of a declaration by a constant `FORMATS` (`pcf.declare.registry`).
"""
