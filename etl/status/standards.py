"""What of the coverage counts as connected: the table [standard.meets] of a profile, as a query.

SQL's own logic of three values does the work: a condition on something unknown is unknown, and a row meets a
standard only where every condition is known to hold.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from etl.declaration import Profile
from etl.profile_form import MeetsTable

ANY_DEFINITION = "*"
ANY, ALL = "any", "all"
USUAL_SHARE = 0.5


@dataclass(frozen=True)
class Meets:
    """Which rows of `coverage` speak of a standard, and when they meet it."""

    standard_id: str
    technologies: tuple[str, ...]
    implied_by: tuple[str, ...]  # technologies that meet it where they are there, and say nothing where they are not
    definition: str | None  # None: rows that name none; ANY_DEFINITION: all
    operators: tuple[str, ...]  # empty: all of them
    must_all: bool  # every operator has to meet it, not one of them
    min_share: float | None
    at_least_mbps: float | None
    min_download_mbps: float | None
    max_distance_km: float | None

    @property
    def query(self) -> str:
        """SQL for place_no, as_of, state (true, false, null), evidence, source_id, opened_date, one row per village
        and date.

        Within an operator one row that meets is enough; between operators `must_all` decides.
        """
        conditions = [
            "coalesce(share, CASE WHEN is_covered THEN 1 WHEN NOT is_covered THEN 0 END) >= $min_share"
            if self.min_share is not None
            else None,
            "download_mbps >= $min_download_mbps" if self.min_download_mbps is not None else None,
            "distance_km <= $max_distance_km" if self.max_distance_km is not None else None,
        ]
        meets = " AND ".join(f"({one})" for one in conditions if one)
        together = _all("by_operator") if self.must_all else _any("by_operator")
        return f"""
            WITH spoken AS (
                SELECT place_no, as_of, coalesce(operator, '') AS operator,
                       CASE WHEN list_contains($technologies, technology) OR ({meets}) THEN ({meets}) END AS is_met,
                       evidence, source_id, opened_date
                FROM coverage
                WHERE {self.speaks}
            ),
            by_operator AS (
                SELECT place_no, as_of, operator, {_any("spoken")} AS is_met,
                       CASE WHEN bool_or(spoken.is_met) THEN min(evidence) FILTER (spoken.is_met) ELSE max(evidence)
                           END AS evidence,
                       arg_min(source_id, evidence) AS source_id,
                       min(opened_date) FILTER (spoken.is_met IS NOT FALSE) AS opened_date
                FROM spoken GROUP BY place_no, as_of, operator
            )
            SELECT place_no, as_of, {together} AS is_met,
                   CASE WHEN bool_or(by_operator.is_met) THEN min(evidence) FILTER (by_operator.is_met) ELSE
                       max(evidence) END::TEXT AS evidence,
                   arg_min(source_id, evidence) AS source_id, min(opened_date) AS opened_date
            FROM by_operator GROUP BY place_no, as_of ORDER BY as_of, place_no
        """

    @property
    def speaks(self) -> str:
        """SQL for the rows of `coverage` that say anything of the standard."""
        definition = {
            None: "definition IS NULL",
            ANY_DEFINITION: "true",
        }.get(self.definition, "definition = $definition")
        operators = "list_contains($operators, operator)" if self.operators else "true"
        speed = "at_least_mbps IS NULL" if self.at_least_mbps is None else "at_least_mbps >= $at_least_mbps"
        return f"list_contains($all_technologies, technology) AND {definition} AND {operators} AND {speed}"

    @property
    def parameters(self) -> dict[str, Any]:
        """What the query binds."""
        given = {
            "technologies": list(self.technologies),
            "all_technologies": [*self.technologies, *self.implied_by],
            "definition": None if self.definition == ANY_DEFINITION else self.definition,
            "operators": list(self.operators) or None,
            "min_share": self.min_share,
            "at_least_mbps": self.at_least_mbps,
            "min_download_mbps": self.min_download_mbps,
            "max_distance_km": self.max_distance_km,
        }
        return {name: value for name, value in given.items() if value is not None}


def _any(rows: str) -> str:
    """True if one is true; else unknown if one is unknown; else false."""
    return f"CASE WHEN bool_or({rows}.is_met) THEN true WHEN bool_or({rows}.is_met IS NULL) THEN NULL ELSE false END"


def _all(rows: str) -> str:
    return (
        f"CASE WHEN bool_or(NOT {rows}.is_met) THEN false WHEN bool_or({rows}.is_met IS NULL) THEN NULL ELSE true END"
    )


def standards_met(profile: Profile) -> list[Meets]:
    """The standards that coverage can decide."""
    return [_meets(standard.standard_id, standard.meets) for standard in profile.form.standard if standard.meets]


def _meets(standard_id: str, written: MeetsTable) -> Meets:
    says_when = (written.min_share, written.min_download_mbps, written.max_distance_km)
    word = written.operator[0]
    return Meets(
        standard_id=standard_id,
        technologies=written.technology,
        implied_by=written.implied_by or (),
        definition=written.definition,
        operators=() if word in (ANY, ALL) else written.operator,
        must_all=word == ALL,
        min_share=USUAL_SHARE if all(one is None for one in says_when) else written.min_share,
        at_least_mbps=written.at_least_mbps,
        min_download_mbps=written.min_download_mbps,
        max_distance_km=written.max_distance_km,
    )
