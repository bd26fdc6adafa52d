"""A document of its own, to be printed."""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Sequence

from atlas.look.html import Html, escape, escaped

_REPORT_STYLE = """
@page { size: A4; margin: 14mm }
body { font: 10.5pt/1.45 -apple-system, "Segoe UI", Roboto, "PingFang SC", "Microsoft YaHei", "Noto Sans CJK SC",
  sans-serif;
  color: #1B2127; max-width: 182mm; margin: 0 auto }
section { height: 266mm; overflow: hidden; break-inside: avoid } section + section { break-before: page }
h1 { font-size: 17pt; margin: 0 0 2mm } h2 { font-size: 12pt; margin: 5mm 0 1.5mm }
table { border-collapse: collapse; width: 100%; font-size: 9pt; font-variant-numeric: tabular-nums }
th, td { border-bottom: 1px solid #D5DADD; padding: 1mm 1.5mm; text-align: left; vertical-align: top; font-weight: 400 }
thead th { font-weight: 600 } .atlas-right { text-align: right } .atlas-hidden { display: none }
.atlas-badge { border: 1px dashed #B45309; color: #8A3300; padding: 0 1mm; white-space: nowrap }
.atlas-credit, .atlas-subtitle { color: #5A636D; font-size: 8.5pt } img { max-width: 100%; max-height: 120mm }
.atlas-notice { border-left: 3px solid #B45309; padding: 1mm 2mm; margin: 2mm 0 } .atlas-notice-mark { display: none }
.atlas-swatch { display: inline-block; width: 3mm; height: 3mm; margin-right: 1mm; print-color-adjust: exact }
.atlas-key { display: inline-block; margin-right: 4mm } td, th { overflow-wrap: anywhere }
"""

#: A page that would overflow is set smaller; without scripts its end is cut off rather than a third page begun.
_REPORT_SCRIPT = """
for (const page of document.querySelectorAll("section"))
  for (let zoom = 1; page.scrollHeight > page.clientHeight + 1 && zoom > 0.4; zoom -= 0.04) {
    page.style.zoom = zoom; page.style.height = 266 / zoom + "mm";
  }
"""


def report(title: str, tag: str, pages: Sequence[Sequence[Html]]) -> str:
    """A document of its own, one section per printed page, each kept to one sheet; it asks nothing of any server."""
    sections = "".join(f"<section>{''.join(escaped(part) for part in page)}</section>" for page in pages)
    return (
        f'<!doctype html><html lang="{escape(tag)}"><head><meta charset="utf-8"><title>{escape(title)}</title>'
        f"<style>{_REPORT_STYLE}</style></head><body>{sections}<script>{_REPORT_SCRIPT}</script></body></html>"
    )


def inline_picture(svg: str, words: str) -> Html:
    """A drawing that travels inside the document."""
    data = b64encode(svg.encode()).decode()
    return Html(f'<img src="data:image/svg+xml;base64,{data}" alt="{escape(words)}">')
