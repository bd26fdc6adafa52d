"""A tender for the least subsidy: who wins which lot, what it saves, and which bids do not count, and why.

A bid names one lot or several ("L1;L2": all of them for one price, a package). The lowest qualified bids
win; with packages the cheapest whole is not the cheapest lot by lot, so the winners are determined exactly, on
HiGHS. A lot that nobody gets is worth its reserve, which is what the subsidy rule would pay.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Literal

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy import sparse

from planning.inputs import InputError, at_least, numbers, require, unique_ids
from planning.solver.highs import Model
from planning.solver.search import NOT_NEEDED, IsCancelled, Run, improve

SEPARATOR = ";"
NEAR_YUAN = 0.005  # half a fen: prices nearer than this are the same

Objective = Literal["savings", "most_lots"]
#: Why a bid does not count. `contradictory`: one bidder, the same lots, two prices; then none of them
#: counts (China: implementing regulations of the law on tenders, article 51). Of equal ones the first counts.
REASONS = (
    "no_bidder",
    "no_lot",
    "unknown_lot",
    "lot_repeated",
    "not_a_number",
    "negative",
    "above_reserve",
    "not_qualified",
    "qualification_unknown",
    "contradictory",
    "duplicate",
    "too_few_bidders",
)


@dataclass(frozen=True)
class Checked:
    """All bids, each in one of the two. Both have bid_id, bidder_id, lot_ids, price_yuan, is_simulated.

    In `valid`, lot_ids is a tuple and reserve_yuan is there; `refused` has reason (one of REASONS) and detail.
    """

    valid: pd.DataFrame
    refused: pd.DataFrame


@dataclass(frozen=True)
class Award:
    """Winners. Money in yuan; `saved_share` is of the reserves of the lots that were awarded.

    lots: lot_id, reserve_yuan, bidders (with a bid that counts), bid_id and bidder_id of the winner
    (missing: unsold), is_single_bidder, is_tied (an equal bid for it alone lost: the one that came first
    wins; where bidders are limited in lots, whichever serves the whole).
    wins: bid_id, bidder_id, lots, reserve_yuan, price_yuan, saved_yuan, saved_share.
    """

    lots: pd.DataFrame
    wins: pd.DataFrame
    checked: Checked
    reserve_yuan: float
    price_yuan: float
    saved_yuan: float
    saved_share: float | None
    unsold: int
    lot_by_lot_yuan: float  # the same sum without packages: lowest single bids, the reserve where none
    with_unsold_yuan: float  # price, and the reserve of what is unsold: to compare with lot_by_lot_yuan
    is_simulated: bool
    run: Run


def check_bids(lots: pd.DataFrame, bids: pd.DataFrame) -> Checked:
    """Sort out the bids that do not count.

    lots: lot_id, reserve_yuan. bids: bidder_id, lot_ids, price_yuan; bid_id (else its row counts as one);
    is_qualified where it was examined (missing in a row: unknown, which does not count); is_simulated.
    """
    require(bids, "bids", ["bidder_id", "lot_ids", "price_yuan"])
    reserve = _reserves(lots)
    table = _completed(bids)
    found = [_fault(bid, price, reserve) for bid, price in zip(table.to_dict("records"), _prices(table), strict=True)]
    table["reason"] = pd.Series([reason for reason, _ in found], table.index, dtype=object)
    table["detail"] = pd.Series([detail for _, detail in found], table.index, dtype=object)
    table["price_yuan"] = np.where(table["reason"] == "not_a_number", table["price_yuan"], _prices(table))
    _mark_repeated(table)
    is_valid = table["reason"].isna()
    valid = table[is_valid].drop(columns=["reason", "detail", "is_qualified"]).reset_index(drop=True)
    valid["price_yuan"] = valid["price_yuan"].astype(float)
    valid["lot_ids"] = pd.Series([_split(text) for text in valid["lot_ids"]], valid.index, dtype=object)
    valid["reserve_yuan"] = [float(sum(reserve[lot] for lot in names)) for names in valid["lot_ids"]]
    refused = table[~is_valid].drop(columns="is_qualified").reset_index(drop=True)
    return Checked(valid, refused)


def award(
    lots: pd.DataFrame,
    bids: pd.DataFrame,
    *,
    objective: Objective = "savings",
    most_lots_per_bidder: int | None = None,
    least_bidders: int | None = None,
    time_limit_s: float = 20.0,
    is_cancelled: IsCancelled | None = None,
) -> Award:
    """Winners of a tender; tables as in `check_bids`.

    "savings": the least sum of prices and of the reserves of unsold lots, and of such answers one that sells
    most lots. "most_lots": first as many lots as possible, then the least. A lot with fewer bidders that count than
    `least_bidders` is not awarded; None asks for no number. Raises InputError.
    """
    checked = check_bids(lots, bids)
    if least_bidders is not None:
        checked = without_thin_lots(checked, int(at_least(least_bidders, 1, "least_bidders")))
    reserve = _reserves(lots)
    most = None if most_lots_per_bidder is None else int(at_least(most_lots_per_bidder, 0, "most_lots_per_bidder"))
    valid = checked.valid if most is not None else _lowest(checked.valid)
    won, run = _winners(valid, reserve, objective, most, time_limit_s, is_cancelled)
    won = valid.index.to_numpy()[won]
    return _award(checked, won, reserve, run)


def without_thin_lots(checked: Checked, least_bidders: int) -> Checked:
    """No bid counts that names a lot for which too few bidders count; a package that falls takes its bidder from its
    other lots, so that this is looked at until nothing changes."""
    valid, fallen = checked.valid, []
    while True:
        each = valid.explode("lot_ids")
        bidders = each.groupby("lot_ids")["bidder_id"].nunique()
        thin = set(bidders.index[bidders < least_bidders])
        is_thin = np.array([not thin.isdisjoint(names) for names in valid["lot_ids"]], dtype=bool)
        if not is_thin.any():
            break
        fallen.append(valid[is_thin])
        valid = valid[~is_thin].reset_index(drop=True)
    refused = [
        part.drop(columns="reserve_yuan").assign(
            lot_ids=part["lot_ids"].map(SEPARATOR.join),
            reason="too_few_bidders",
            detail=f"< {least_bidders}",
        )
        for part in fallen
    ]
    return Checked(valid, pd.concat([checked.refused, *refused], ignore_index=True))


def simulate_bids(
    lots: pd.DataFrame,
    bidder_ids: Sequence[str],
    *,
    seed: int,
    low_share: float = 0.8,
    high_share: float = 1.05,
    takes_part: float = 0.7,
) -> pd.DataFrame:
    """Invented bids, marked `is_simulated`: each bidder bids for a lot with probability `takes_part`.

    Prices are uniform between two shares of the reserve, in whole yuan; above 1 they will be refused.
    The same seed gives the same bids. Raises InputError.
    """
    low, high = at_least(low_share, 0, "low_share"), at_least(high_share, low_share, "high_share")
    if not 0 <= takes_part <= 1:
        raise InputError("takes_part", "0 to 1", takes_part)
    reserve = _reserves(lots)
    random = np.random.default_rng(seed)
    share = random.uniform(low, high, (len(reserve), len(bidder_ids)))
    lot, bidder = np.nonzero(random.random(share.shape) < takes_part)
    price = np.round(reserve.to_numpy()[lot] * share[lot, bidder])
    return pd.DataFrame(
        {
            "bid_id": [f"S{n + 1}" for n in range(len(lot))],
            "bidder_id": np.asarray(bidder_ids, dtype=object)[bidder],
            "lot_ids": reserve.index.to_numpy(dtype=object)[lot],
            "price_yuan": price,
            "is_simulated": True,
        }
    )


def _reserves(lots: pd.DataFrame) -> pd.Series:
    ids = unique_ids(lots, "lots", "lot_id")
    reserve = numbers(lots, "lots", "reserve_yuan")
    if np.isnan(reserve).any():
        raise InputError("lots.reserve_yuan", "a reserve for each lot", f"none for {ids[np.isnan(reserve)][0]}")
    names = [str(one).strip() for one in ids]
    if wrong := [name for name in names if SEPARATOR in name or not name]:
        raise InputError("lots.lot_id", f"a name without {SEPARATOR!r}", repr(wrong[0]))
    return pd.Series(reserve, index=names)


def _completed(bids: pd.DataFrame) -> pd.DataFrame:
    table = bids.reset_index(drop=True)
    columns = ["bid_id", "bidder_id", "lot_ids", "price_yuan", "is_qualified", "is_simulated"]
    if "bid_id" not in table.columns:
        table["bid_id"] = [f"row {n + 1}" for n in range(len(table))]
    unique_ids(table, "bids", "bid_id")
    for column, default in (("is_qualified", True), ("is_simulated", False)):
        if column not in table.columns:
            table[column] = default
    table = table[columns].astype({"price_yuan": object})
    table["is_simulated"] = [_truth(value) is not False for value in table["is_simulated"]]  # in doubt it is
    for column in ("bidder_id", "lot_ids"):
        texts = [None if pd.isna(value) or not str(value).strip() else str(value).strip() for value in table[column]]
        table[column] = pd.Series(texts, table.index, dtype=object)
    return table


def _prices(table: pd.DataFrame) -> NDArray[np.float64]:
    prices = pd.to_numeric(table["price_yuan"], errors="coerce")
    return np.asarray(prices.to_numpy(dtype=np.float64, na_value=np.nan))


def _split(text: str) -> tuple[str, ...]:
    return tuple(part.strip() for part in text.split(SEPARATOR) if part.strip())


def _fault(bid: dict[str, object], price: float, reserve: pd.Series) -> tuple[str | None, str | None]:
    """The first reason for which one bid by itself does not count, with what was found; else None twice."""
    names = _split(str(bid["lot_ids"])) if bid["lot_ids"] is not None else ()
    unknown = [name for name in names if name not in reserve.index]
    if bid["bidder_id"] is None:
        return "no_bidder", ""
    if not names or unknown:
        return ("unknown_lot", unknown[0]) if names else ("no_lot", "")
    if len(set(names)) < len(names):
        return "lot_repeated", str(bid["lot_ids"])
    if not np.isfinite(price):
        return "not_a_number", str(bid["price_yuan"])
    if price < 0:
        return "negative", f"{price:.2f}"
    if price > (most := float(sum(reserve[name] for name in names))) + NEAR_YUAN:
        return "above_reserve", f"{price:.2f} > {most:.2f}"
    is_qualified = _truth(bid["is_qualified"])
    if is_qualified is None:
        return "qualification_unknown", "" if pd.isna(bid["is_qualified"]) else str(bid["is_qualified"])
    return (None, None) if is_qualified else ("not_qualified", "")


def _truth(value: object) -> bool | None:
    """Only what is plainly true or false: the text "False" of a file is true to Python."""
    if isinstance(value, bool | np.bool_ | int | np.integer | float) and value in (0, 1):
        return bool(value)
    return {"true": True, "false": False}.get(str(value).strip().lower())


def _mark_repeated(table: pd.DataFrame) -> None:
    """Bids of one bidder for the same lots, in whatever order they are named."""
    good = table[table["reason"].isna()]
    lots = [SEPARATOR.join(sorted(_split(text))) for text in good["lot_ids"]]
    same = good.groupby([good["bidder_id"], pd.Series(lots, good.index, dtype=object)], sort=False)
    for rows in same.groups.values():
        prices = table.loc[rows, "price_yuan"].astype(float)
        if len(rows) == 1:
            continue
        if prices.max() - prices.min() > NEAR_YUAN:
            table.loc[rows, ["reason", "detail"]] = [
                "contradictory",
                f"{prices.min():.2f}, {prices.max():.2f}",
            ]
        else:
            table.loc[rows[1:], ["reason", "detail"]] = ["duplicate", str(table.loc[rows[0], "bid_id"])]


def _lowest(valid: pd.DataFrame) -> pd.DataFrame:
    """Of the bids for the same lots the lowest one, of equal ones the first: no other can win."""
    lots = valid["lot_ids"].map(lambda names: SEPARATOR.join(sorted(names)))
    cheapest = valid.assign(lots=lots).sort_values("price_yuan", kind="stable").drop_duplicates("lots")
    return cheapest.drop(columns="lots").sort_index()


def _winners(
    valid: pd.DataFrame,
    reserve: pd.Series,
    objective: Objective,
    most_lots: int | None,
    time_limit_s: float,
    is_cancelled: IsCancelled | None,
) -> tuple[NDArray[np.int64], Run]:
    """Rows of the winning bids. Two models: the first aim, then the second one at no loss to the first."""
    count = np.array([len(names) for names in valid["lot_ids"]], dtype=np.float64)
    saving = valid["price_yuan"].to_numpy() - valid["reserve_yuan"].to_numpy()
    aims = [saving, -count] if objective == "savings" else [-count, saving]
    matrix, most = _rows(valid, reserve, most_lots)
    start = np.zeros(len(valid))  # nobody wins: an answer, if a poor one
    run = NOT_NEEDED
    for aim in aims if len(valid) else []:
        nothing = np.full(len(most), -np.inf)
        is_whole = np.ones(len(valid), dtype=bool)
        rows = sparse.csr_matrix(matrix)
        model = Model(-aim, np.zeros(len(valid)), np.ones(len(valid)), is_whole, rows, nothing, most)
        start, found = improve(model, start, time_limit_s=time_limit_s, is_cancelled=is_cancelled)
        run = found if run is NOT_NEEDED else _of_both(run, found)
        matrix = sparse.vstack([matrix, sparse.csr_array(aim.reshape(1, -1))])
        most = np.append(most, aim @ start + NEAR_YUAN / 2)
    return np.flatnonzero(start > 0.5), run


def _of_both(first: Run, second: Run) -> Run:
    """What is said of two runs: the first aim's gap, the time of both, and proof only where both have it."""
    status = first.status if first.status != "optimal" else second.status
    return replace(first, status=status, seconds=first.seconds + second.seconds)


def _rows(
    valid: pd.DataFrame, reserve: pd.Series, most_lots: int | None
) -> tuple[sparse.csr_array, NDArray[np.float64]]:
    """Each lot is sold once at most; and a bidder gets so many lots at most."""
    names = valid["lot_ids"].tolist()
    number = {name: n for n, name in enumerate(reserve.index)}
    lot = np.array([number[name] for bid in names for name in bid], dtype=np.int64)
    bid = np.repeat(np.arange(len(names)), [len(one) for one in names])
    once = sparse.csr_array((np.ones(len(lot)), (lot, bid)), shape=(len(number), len(names)))
    if most_lots is None:
        return once, np.ones(len(number))
    who, bidders = pd.factorize(valid["bidder_id"])
    size = np.array([len(one) for one in names], dtype=np.float64)
    each = sparse.csr_array((size, (who, np.arange(len(names)))), shape=(len(bidders), len(names)))
    return sparse.vstack([once, each], format="csr"), np.append(
        np.ones(len(number)), np.full(len(bidders), float(most_lots))
    )


def _award(checked: Checked, won: NDArray[np.int64], reserve: pd.Series, run: Run) -> Award:
    wins = checked.valid.iloc[won].reset_index(drop=True)
    wins = wins[["bid_id", "bidder_id", "lot_ids", "reserve_yuan", "price_yuan"]].assign(
        lots=[len(names) for names in wins["lot_ids"]],
        saved_yuan=wins["reserve_yuan"] - wins["price_yuan"],
    )
    wins["saved_share"] = wins["saved_yuan"] / wins["reserve_yuan"].where(wins["reserve_yuan"] > 0)
    lots = _lots(checked.valid, wins, reserve)
    asked, price = float(wins["reserve_yuan"].sum()), float(wins["price_yuan"].sum())
    single = checked.valid[checked.valid["lot_ids"].map(len) == 1]
    least = single.groupby(single["lot_ids"].map(lambda names: names[0]))["price_yuan"].min()
    return Award(
        lots=lots,
        wins=wins,
        checked=checked,
        reserve_yuan=asked,
        price_yuan=price,
        saved_yuan=asked - price,
        saved_share=(asked - price) / asked if asked else None,
        unsold=int(lots["bid_id"].isna().sum()),
        lot_by_lot_yuan=float(least.reindex(reserve.index).combine_first(reserve).sum()),
        with_unsold_yuan=price + float(reserve.sum()) - asked,
        is_simulated=bool(pd.concat([checked.valid, checked.refused])["is_simulated"].any()),
        run=run,
    )


def _lots(valid: pd.DataFrame, wins: pd.DataFrame, reserve: pd.Series) -> pd.DataFrame:
    each = valid.explode("lot_ids")
    bidders = each.groupby("lot_ids")["bidder_id"].nunique().reindex(reserve.index, fill_value=0)
    single = valid[valid["lot_ids"].map(len) == 1].assign(lot=lambda frame: frame["lot_ids"].map(lambda one: one[0]))
    winner = wins.explode("lot_ids").set_index("lot_ids").reindex(reserve.index)
    alone = wins[wins["lots"] == 1].explode("lot_ids").set_index("lot_ids")["price_yuan"].reindex(reserve.index)
    equal = (single["price_yuan"] - single["lot"].map(alone)).abs() <= NEAR_YUAN
    ties = equal.groupby(single["lot"]).sum().reindex(reserve.index, fill_value=0)
    return pd.DataFrame(
        {
            "lot_id": reserve.index,
            "reserve_yuan": reserve.to_numpy(),
            "bidders": bidders.to_numpy(dtype=np.int64),
            "bid_id": winner["bid_id"].to_numpy(dtype=object),
            "bidder_id": winner["bidder_id"].to_numpy(dtype=object),
            "is_single_bidder": (bidders == 1).to_numpy(),
            "is_tied": (ties > 1).to_numpy(),
        }
    )
