"""What published words mean in another language, as the profile declares it."""

from __future__ import annotations

from indicators.database import Atlas, per_build


@per_build(4)
def translations(atlas: Atlas, language: str) -> dict[str, str]:
    """Text as published → its translation into a language (`en`)."""
    rows = atlas.cursor().execute("SELECT text, translation FROM translation WHERE language = $1", [language])
    return dict(rows.fetchall())
