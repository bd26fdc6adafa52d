"""The parameters of the cost model: a value with its range, unit, price year and source.

They come as the table `model_parameter` of an atlas. A key is "technology.parameter", as in
"fibre.cable_per_km"; "all" is what technologies share.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any, Literal

import numpy as np
import pandas as pd

Bound = Literal["low", "value", "high"]
Number = float | np.ndarray[Any, np.dtype[np.float64]]
SHARED = "all"
#: Keys that hold a share: 0 to 1, whatever their range says.
SHARES = ("take_share", "busy_hour_share", "opex_share", "discount_rate")
#: Keys that are divided by or counted with.
POSITIVE = ("site_capacity_mbps", "period_years", "exchange_rate_")


class ParameterError(ValueError):
    """A parameter is missing, contradicts itself, or lies outside its range."""


@dataclass(frozen=True)
class Parameter:
    """One number of the model: 0 ≤ low ≤ value ≤ high, in `unit`, at the prices of `price_year`."""

    parameter: str
    technology: str
    value: float
    low: float
    high: float
    unit: str
    currency: str | None = None
    price_year: int | None = None
    citation: str = ""
    citation_zh: str | None = None
    strength: str = "assumed"
    name_zh: str = ""
    name_en: str = ""

    @property
    def key(self) -> str:
        return f"{self.technology}.{self.parameter}"

    def __post_init__(self) -> None:
        if not (np.isfinite(self.high) and 0 <= self.low <= self.value <= self.high):
            raise ParameterError(
                f"{self.key}: expected 0 ≤ low ≤ value ≤ high, found {self.low:g}, {self.value:g}, {self.high:g}"
            )
        if self.parameter in SHARES and self.high > 1:
            raise ParameterError(f"{self.key}: a share of at most 1, found {self.high:g}")
        if self.parameter.startswith(POSITIVE) and self.low <= 0:
            raise ParameterError(f"{self.key}: expected more than 0, found {self.low:g}")
        if self.parameter == "period_years" and not self.value.is_integer():
            raise ParameterError(f"{self.key}: whole years, found {self.value:g}")


@dataclass(frozen=True)
class Parameters:
    """All parameters by key; altered copies are made with `with_value`, never in place."""

    by_key: Mapping[str, Parameter]
    currency: str

    @classmethod
    def from_frame(cls, frame: pd.DataFrame, currency: str = "CNY") -> Parameters:
        """`frame` has the columns of `model_parameter`. Raises ParameterError where rows repeat a key or are wrong."""
        found: dict[str, Parameter] = {}
        for row in frame.to_dict("records"):
            one = _parameter({str(name): value for name, value in row.items()})
            if one.key in found:
                raise ParameterError(f"{one.key} stands there twice")
            found[one.key] = one
        parameters = cls(found, currency)
        for one in found.values():
            if one.currency not in (None, currency):
                parameters[_rate_key(one.currency)]
        return parameters

    def __getitem__(self, key: str) -> Parameter:
        try:
            return self.by_key[key]
        except KeyError:
            raise ParameterError(f"the parameter {key} is missing") from None

    def __iter__(self) -> Iterator[Parameter]:
        return iter(self.by_key.values())

    def __contains__(self, key: object) -> bool:
        return key in self.by_key

    def with_value(self, key: str, value: float, *, low: float | None = None, high: float | None = None) -> Parameters:
        """A copy with another value. Raises ParameterError outside low..high, unless those are given anew."""
        old = self[key]
        low = old.low if low is None else low
        high = old.high if high is None else high
        if not low <= value <= high:
            raise ParameterError(f"{key}: {value:g} is outside {low:g} to {high:g} {old.unit}")
        changed = replace(old, value=float(value), low=float(low), high=float(high))
        return replace(self, by_key={**self.by_key, key: changed})

    def with_years(self, years: int) -> Parameters:
        """A copy that counts operation over so many years: 6 and 10 in the subsidy rule."""
        key = f"{SHARED}.period_years"
        return self.with_value(key, years, low=min(years, self[key].low), high=max(years, self[key].high))

    def values(self, changed: Mapping[str, Number] | None = None) -> Values:
        """The central numbers, some of them replaced by others (scalars or arrays that broadcast)."""
        numbers: dict[str, Number] = {one.key: one.value for one in self}
        return Values(self, {**numbers, **(changed or {})})

    def uncertain(self) -> list[Parameter]:
        """Those with a range."""
        return [one for one in self if one.low < one.high]


@dataclass(frozen=True)
class Values:
    """Numbers to evaluate the model with. Money is given in the model's own currency."""

    parameters: Parameters
    numbers: Mapping[str, Number]

    def __getitem__(self, key: str) -> Number:
        """Raises ParameterError where the model needs a parameter that is not declared."""
        currency = self.parameters[key].currency
        if currency in (None, self.parameters.currency):
            return self.numbers[key]
        return self.numbers[key] * self.numbers[_rate_key(currency)]


def _rate_key(currency: str | None) -> str:
    return f"{SHARED}.exchange_rate_{str(currency).lower()}"


def _parameter(row: dict[str, Any]) -> Parameter:
    year, currency = row.get("price_year"), row.get("currency")
    return Parameter(
        parameter=str(row["parameter"]),
        technology=str(row["technology"]),
        value=float(row["value"]),
        low=float(row["low"]),
        high=float(row["high"]),
        unit=str(row["unit"]),
        currency=None if pd.isna(currency) else str(currency),
        price_year=None if pd.isna(year) else int(str(year).split(".")[0]),
        citation_zh=None if pd.isna(in_chinese := row.get("citation_zh")) else str(in_chinese),
        **{name: str(row.get(name, "")) for name in ("citation", "strength", "name_zh", "name_en")},
    )
