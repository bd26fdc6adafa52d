"""Which projects count: one rule for every indicator and every page that narrows them."""

from __future__ import annotations

from dataclasses import dataclass, fields

#: The projects that count, for every query of projects. While nothing narrows the choice a missing one is among them:
#: records that name no project (inspections of a village) count then, and nothing else does by it.
PROJECT_SCOPE = """
    SELECT p.project_id
    FROM project AS p
    LEFT JOIN pilot ON pilot.pilot_id = p.pilot_id
    WHERE ($batch::INTEGER IS NULL OR coalesce(p.batch, pilot.batch) = $batch)
    AND ($technology::TEXT IS NULL OR p.technology = $technology)
    AND ($operator::TEXT IS NULL OR coalesce(p.operator_id, '') = $operator)
    AND ($project::TEXT IS NULL OR p.project_id = $project)
    UNION ALL
    SELECT NULL WHERE coalesce($batch::TEXT, $technology, $operator, $project) IS NULL
"""


@dataclass(frozen=True)
class Chosen:
    """What is asked of projects besides their place. None asks nothing; the operator "" is of those that name none."""

    batch: int | None = None
    technology: str | None = None
    operator: str | None = None
    project: str | None = None

    def __bool__(self) -> bool:
        return any(value is not None for value in self.bound.values())

    @property
    def bound(self) -> dict[str, int | str | None]:
        """The values that PROJECT_SCOPE names."""
        return {one.name: getattr(self, one.name) for one in fields(self)}

    def __str__(self) -> str:
        """`batch=1 operator=x`, nothing where nothing is asked."""
        return " ".join(f"{name}={value}" for name, value in self.bound.items() if value is not None)


EVERY = Chosen()
