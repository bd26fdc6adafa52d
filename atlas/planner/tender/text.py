"""A tender in words: lots and bids as people paste them, and tables in which every bid is accounted for."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

import pandas as pd

from atlas.look import cards, figures, html
from atlas.look.language import mark, nt, t
from atlas.planner.subsidy import text as subsidy_text
from atlas.work import scratch
from atlas.work.paths import without_paths
from ground.units import TEN_THOUSAND
from importer import files
from importer.errors import Problem
from importer.values import folded
from indicators.published.rules import LeastBidders
from planning.money import subsidy
from planning.money.subsidy import Rule
from planning.tender.auction import SEPARATOR, Award

SUFFIXES = (".csv", ".xlsx", ".xls", ".ods")
MOST_LOTS, MOST_BIDS = 500, 5000
CELLS = re.compile(r"[,，\t]")
LOTS = re.compile(r"\s*[;；+、]\s*")
REASONS = {
    "no_bidder": mark("no bidder is named"),
    "no_lot": mark("no lot is named"),
    "unknown_lot": mark("names a lot that is not in this tender"),
    "lot_repeated": mark("names a lot twice"),
    "not_a_number": mark("the price is no number"),
    "negative": mark("the price is below zero"),
    "above_reserve": mark("the price is above the reserve"),
    "not_qualified": mark("the bidder is not qualified"),
    "qualification_unknown": mark("whether the bidder is qualified is not said"),
    "contradictory": mark("one bidder, the same lots, two prices: none of them counts"),
    "duplicate": mark("the same bid again"),
    "too_few_bidders": mark("too few bidders count for a lot that it names"),
}
#: Folded words of a header → the column that a bid needs.
HEADERS = {
    "bidder_id": ("bidder", "bidder_id", "operator", "投标人", "投标单位", "企业"),
    "lot_ids": ("lot", "lots", "lot_ids", "标段", "包号", "标包"),
    "price": ("price", "price_10k", "报价", "投标报价", "报价(万元)", "投标报价(万元)"),
    "price_yuan": ("price_yuan", "报价(元)", "投标报价(元)"),
    "is_qualified": ("qualified", "is_qualified", "是否合格", "资格", "合格"),
}
QUALIFIED = {"是": True, "合格": True, "yes": True, "否": False, "不合格": False, "no": False}


class BidFileError(ValueError):
    """A file of bids that cannot be read; the message says why."""


@dataclass
class Lots:
    """lots: lot_id, reserve_yuan, is_by_rule. refused: line number and why."""

    frame: pd.DataFrame
    refused: list[tuple[int, str]]


def read_lots(text: str, rules: Sequence[Rule], categories: dict[str, str]) -> Lots:
    """Lines of name and reserve, or name, K, O and category, which make the reserve by the subsidy rule. In 10,000
    yuan.
    """
    rows: list[tuple[str, float, bool]] = []
    refused: list[tuple[int, str]] = []
    listed = [(n, line) for n, line in enumerate(text.splitlines(), start=1) if line.strip()]
    for n, line in listed[:MOST_LOTS]:
        name = CELLS.split(line)[0].strip()
        reserve, why = _reserve(line, rules, categories)
        if not name or any(name == row[0] for row in rows):
            refused.append((n, t("each lot needs a name of its own")))
        elif SEPARATOR in name or reserve is None:
            refused.append((n, why or t("a lot's name has no {sign}", sign=SEPARATOR)))
        else:
            rows.append((name, reserve, len(CELLS.split(line)) > 2))
    if len(listed) > MOST_LOTS:
        refused.append((listed[MOST_LOTS][0], t("only the first {n} lines are read", n=MOST_LOTS)))
    return Lots(pd.DataFrame(rows, columns=["lot_id", "reserve_yuan", "is_by_rule"]), refused)


def _reserve(line: str, rules: Sequence[Rule], categories: dict[str, str]) -> tuple[float | None, str]:
    """The reserve in yuan, or None and why."""
    read = subsidy_text.read_lines(line, categories or {"": ""})
    if read.frame.empty:
        return None, read.refused[0][1] if read.refused else t("a name and an amount are needed")
    if len(CELLS.split(line)) <= 2:
        amount = float(read.frame["capex_yuan"].iloc[0])
        is_usable = amount >= 0
        return (amount, "") if is_usable else (None, t("an amount below zero, or none"))
    found = subsidy.subsidies(read.frame, list(rules)).frame.iloc[0]
    if pd.isna(found["subsidy_yuan"]):
        return None, t(subsidy_text.REASONS.get(str(found["left_out"]), "no rule speaks of this category"))
    return float(found["subsidy_yuan"]), ""


def read_bids(text: str) -> pd.DataFrame:
    """Lines of bidder, lots (joined by ;), price in 10,000 yuan and, where it was examined, qualified yes or no.

    Nothing is refused here: what cannot be read is handed on as it stands, and the tender says why it does not count.
    """
    lines = [(n, line) for n, line in enumerate(text.splitlines(), start=1) if line.strip()]
    rows = [_bid(n, [cell.strip() for cell in CELLS.split(line)]) for n, line in lines[:MOST_BIDS]]
    frame = pd.DataFrame(rows, columns=["bid_id", "bidder_id", "lot_ids", "price_yuan", "is_qualified"])
    is_examined = frame["is_qualified"].notna().any()
    return frame.astype(object) if is_examined else frame.drop(columns="is_qualified").astype(object)


def _bid(number: int, cells: list[str]) -> list[object]:
    bidder, lots, price, qualified = ([*cells, "", "", "", ""])[:4]
    joined = SEPARATOR.join(part for part in LOTS.split(lots) if part)
    word = folded(qualified)
    return [
        t("line {n}", n=number),
        bidder[:80] or None,
        joined or None,
        _price(price),
        QUALIFIED.get(word, qualified) if qualified else None,
    ]


def _price(cell: str) -> object:
    try:
        return round(float(cell.replace(" ", "")) * TEN_THOUSAND, 2)
    except ValueError:
        return cell or t("none")


def lines_of_file(name: str, data: bytes) -> str:
    """A CSV or workbook of bids as lines in the form of the box. Raises BidFileError."""
    with scratch.folder() as folder:
        path = folder / _own_name(name)
        path.write_bytes(data)
        try:
            frame = _first_rows(path)
        except Problem as error:
            words = without_paths(str(error)).replace(path.name, name[:80])
            raise BidFileError(words) from error
    columns = _columns(frame)
    if missing := [name for name in ("bidder_id", "lot_ids") if name not in columns]:
        raise BidFileError(t("there is no column {names}", names=", ".join(HEADERS[missing[0]])))
    if "price" not in columns and "price_yuan" not in columns:
        raise BidFileError(t("there is no column {names}", names=", ".join(HEADERS["price"])))
    rows = frame.astype(object).where(frame.notna(), "")
    return "\n".join(_line(row, columns) for row in rows.to_dict("records"))


def _own_name(name: str) -> str:
    """A name of our own making; of the visitor's only an ending that we know."""
    suffix = Path(name).suffix.lower()
    return f"bids{suffix if suffix in SUFFIXES else '.csv'}"


def _first_rows(path: Path) -> pd.DataFrame:
    """As many rows as a tender takes bids; the rest of the file is not read."""
    frames: list[pd.DataFrame] = []
    for chunk in files.read(path, chunk_rows=MOST_BIDS):
        frames.append(chunk.frame)
        if sum(map(len, frames)) >= MOST_BIDS:
            break
    return pd.concat(frames).head(MOST_BIDS)


def _columns(frame: pd.DataFrame) -> dict[str, str]:
    """What a bid needs → the file's own header."""
    found: dict[str, str] = {}
    for header in map(str, frame.columns):
        for column, words in HEADERS.items():
            if folded(header).replace(" ", "") in {folded(word).replace(" ", "") for word in words}:
                found.setdefault(column, header)
    return found


def _line(row: dict[object, object], columns: dict[str, str]) -> str:
    def cell(name: str) -> str:
        text = str(row[columns[name]]) if name in columns else ""
        return text.replace(",", " " if name != "lot_ids" else ";").replace("，", " ").strip()

    price = cell("price")
    if "price" not in columns:
        price = cell("price_yuan").replace(" ", "")
        with suppress(ValueError):
            price = f"{float(price) / TEN_THOUSAND:.12g}"
    elif re.fullmatch(r"[\d ]+(?:\.\d+)?", price):
        price = price.replace(" ", "")
    parts = [cell("bidder_id"), cell("lot_ids"), price]
    return ", ".join([*parts, cell("is_qualified")] if "is_qualified" in columns else parts)


# --- tables ---------------------------------------------------------------------------------------------------


def fates(found: Award) -> pd.DataFrame:
    """Every bid with its fate: bid_id, bidder_id, lot_ids, price_yuan, fate (won, lost, refused), why."""
    valid = found.checked.valid.assign(lot_ids=found.checked.valid["lot_ids"].map(SEPARATOR.join))
    is_won = valid["bid_id"].isin(found.wins["bid_id"])
    valid = valid.assign(fate=is_won.map({True: "won", False: "lost"}), why="")
    refused = found.checked.refused.assign(fate="refused")
    refused["why"] = [
        figures.bracketed(t(REASONS[reason]), str(detail)) if detail else t(REASONS[reason])
        for reason, detail in zip(refused["reason"], refused["detail"], strict=True)
    ]
    columns = ["bid_id", "bidder_id", "lot_ids", "price_yuan", "fate", "why"]
    return pd.concat([valid[columns].astype(object), refused[columns].astype(object)], ignore_index=True)


def fate_word(fate: str) -> str:
    return {"won": t("wins"), "lost": t("counts, but does not win"), "refused": t("does not count")}[fate]


def bid_rows(bids: pd.DataFrame) -> list[list[object]]:
    return [
        [
            row["bid_id"],
            row["bidder_id"],
            row["lot_ids"],
            figures.count(row["price_yuan"]) if isinstance(row["price_yuan"], int | float) else row["price_yuan"],
            fate_word(row["fate"]),
            row["why"],
        ]
        for row in bids.to_dict("records")
    ]


def bid_headers() -> list[str]:
    return [
        t("Bid"),
        t("Bidder"),
        t("Lots"),
        figures.bracketed(t("Price"), figures.unit_word("yuan")),
        t("Result"),
        t("Why"),
    ]


def lot_rows(found: Award) -> list[list[object]]:
    price = found.wins.set_index("bid_id")
    rows: list[list[object]] = []
    for row in found.lots.to_dict("records"):
        is_sold = isinstance(row["bid_id"], str)
        win = price.loc[row["bid_id"]] if is_sold else None
        rows.append(
            [
                row["lot_id"],
                figures.count(row["reserve_yuan"]),
                figures.count(row["bidders"]),
                row["bidder_id"] if is_sold else t("nobody"),
                _price_words(win),
                figures.percent(100 * win["saved_share"])
                if win is not None and pd.notna(win["saved_share"])
                else figures.DASH,
                _remark(row, win),
            ]
        )
    return rows


def _price_words(win: pd.Series | None) -> str:
    if win is None:
        return figures.DASH
    return figures.count(win["price_yuan"]) + ("*" if win["lots"] > 1 else "")


def _remark(row: dict[object, object], win: pd.Series | None) -> str:
    package = (
        t("* one price for {lots}", lots=figures.sentence(win["lot_ids"]))
        if win is not None and win["lots"] > 1
        else None
    )
    alone = t("only one bidder") if row["is_single_bidder"] else None
    tied = t("an equal bid came later") if row["is_tied"] else None
    return figures.sentence([package, alone, tied])


def lot_headers() -> list[str]:
    money = figures.unit_word("yuan")
    return [
        t("Lot"),
        figures.bracketed(t("Reserve"), money),
        t("Bidders"),
        t("Winner"),
        figures.bracketed(t("Price"), money),
        t("Saved, share"),
        t("Remark"),
    ]


def as_file(headers: Sequence[str], rows: Iterable[Sequence[object]]) -> pd.DataFrame:
    """What the screen shows, as a table for a file."""
    return pd.DataFrame([list(row) for row in rows], columns=list(headers))


def drawn(found: Award) -> pd.DataFrame:
    """Bids that count for one lot alone, for the chart: lot, bidder, price_share (of the reserve, %), is_won, text."""
    valid = found.checked.valid
    single = valid[(valid["lot_ids"].map(len) == 1) & (valid["reserve_yuan"] > 0)]
    won = set(found.wins["bid_id"])
    return pd.DataFrame(
        {
            "lot": [names[0] for names in single["lot_ids"]],
            "bidder": single["bidder_id"],
            "price_percent": 100 * single["price_yuan"] / single["reserve_yuan"],
            "is_won": [bid in won for bid in single["bid_id"]],
            "text": [figures.money(price) for price in single["price_yuan"]],
        }
    )


def accounted(bids: pd.DataFrame) -> str:
    """n bids: a win, b count and do not win, c do not count."""
    counted = bids["fate"].value_counts()
    return nt(
        "{n} bid: {won} wins, {lost} counts and does not win, {refused} does not count",
        "{n} bids: {won} win, {lost} count and do not win, {refused} do not count",
        len(bids),
        n=figures.count(len(bids)),
        won=figures.count(int(counted.get("won", 0))),
        lost=figures.count(int(counted.get("lost", 0))),
        refused=figures.count(int(counted.get("refused", 0))),
    )


def card(title: str, yuan: float, evidence: str, note: str | None = None) -> html.Html:
    return cards.card_text(title, *figures.money_parts(yuan), evidence, note)


def single_bidder_words(found: Award) -> str | None:
    """Lots for which one bidder alone counts, the first few by name."""
    names = [str(lot) for lot in found.lots.loc[found.lots["is_single_bidder"], "lot_id"]]
    if not names:
        return None
    listed = figures.sentence([*names[:5], t("and {n} more", n=len(names) - 5) if len(names) > 5 else None])
    return t("{lots}: only one bidder counts. One price is no competition; the saving proves little.", lots=listed)


def least_bidders_words(held: LeastBidders | None) -> str:
    """What the profile holds on the least number of bidders."""
    if held is None:
        return t(
            "Least number of bidders: no rule is held, so none is applied. A lot for which one bidder counts is "
            "awarded, and marked."
        )
    return t(
        "Least number of bidders: {n} ({document}). A lot with fewer is not awarded.",
        n=figures.count(held.bidders),
        document=held.document,
    )
