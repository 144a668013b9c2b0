"""How does a page look that needs no other file? One style, on paper and on screen.

A page loads nothing and runs nothing (its content policy says so); every text that is put into it
must have gone through `pcf.charts.labels.markup`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from pcf.charts.labels import markup

if TYPE_CHECKING:
    from collections.abc import Iterable

    from pcf.text import Language

STYLE = """
:root{color-scheme:light dark;--ground:#fff;--ink:#1b1f24;--soft:#57606a;--line:#d0d7de;
--card:#f6f8fa;--good:#1a7f37;--bad:#b3261e;--open:#8a5a00;--idle:#57606a}
@media (prefers-color-scheme:dark){:root{--ground:#15181c;--ink:#e6e8ea;--soft:#a0a8b0;
--line:#3a4149;--card:#1d2126;--good:#5fc77a;--bad:#ff8a80;--open:#e3b341;--idle:#a0a8b0}}
*{box-sizing:border-box}
body{margin:0 auto;max-width:62rem;padding:1.5rem;background:var(--ground);color:var(--ink);
font:16px/1.55 system-ui,"Noto Sans CJK SC","Microsoft YaHei","PingFang SC",sans-serif}
h1{font-size:1.5rem;line-height:1.3;margin:0 0 1rem}h2{font-size:1.15rem;margin:2rem 0 .6rem}
h3{font-size:1rem;margin:0 0 .3rem}
table{border-collapse:collapse;width:100%;font-variant-numeric:tabular-nums}
th,td{text-align:left;vertical-align:top;padding:.3rem .6rem;border-bottom:1px solid var(--line);
overflow-wrap:anywhere}
th{font-weight:600;color:var(--soft)}th[scope=row]{width:14em}td.number,th.number{text-align:right}
.met,.approved{color:var(--good)}.not-met,.refused{color:var(--bad)}.open{color:var(--open)}
.soft{color:var(--soft);font-size:.92em}
.card{background:var(--card);border:1px solid var(--line);border-radius:6px;padding:1rem 1.2rem;
margin:1rem 0;break-inside:avoid}
.value{font-size:2rem;font-weight:650;font-variant-numeric:tabular-nums}
.qr svg{width:12rem;height:12rem;background:#fff;padding:.4rem}
details{margin:.3rem 0}summary{cursor:pointer}svg{max-width:100%;height:auto}
@media print{:root{--ground:#fff;--ink:#000;--soft:#333;--line:#999;--card:#fff;--good:#0a5a22;
--bad:#8c1a14;--open:#6b4500;--idle:#333}body{max-width:none;padding:0;font-size:10pt}
tr,.card{break-inside:avoid}thead{display:table-header-group}h2{break-after:avoid}}
@page{margin:16mm}
"""
_POLICY = "default-src 'none'; style-src 'unsafe-inline'; img-src data:"


def page(title: str, body: Iterable[str], language: Language = "en", *, style: str = "") -> str:
    r"""Return a whole page: `title` is a text, `body` pieces of markup, `style` is added to ours.

    >>> page("<x>", ["<p>y</p>"], "zh").startswith('<!doctype html>\n<html lang="zh-CN">')
    True
    """
    tag = "zh-CN" if language == "zh" else "en"
    return (
        f'<!doctype html>\n<html lang="{tag}"><head><meta charset="utf-8">'
        f'<meta http-equiv="Content-Security-Policy" content="{_POLICY}">'
        f'<meta name="viewport" content="width=device-width,initial-scale=1">'
        f"<title>{markup(title)}</title><style>{STYLE}{style}</style></head><body><main>"
        f"<h1>{markup(title)}</h1>{''.join(body)}</main></body></html>\n"
    )


def facts_table(rows: Iterable[tuple[str, str]]) -> str:
    """Return a table of captions and texts as markup.

    >>> facts_table([("a", "<b>")])
    '<table><tbody><tr><th scope="row">a</th><td>&lt;b&gt;</td></tr></tbody></table>'
    """
    lines = "".join(
        f'<tr><th scope="row">{markup(caption)}</th><td>{markup(said)}</td></tr>'
        for caption, said in rows
    )
    return f"<table><tbody>{lines}</tbody></table>"
