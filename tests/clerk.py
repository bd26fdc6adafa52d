"""The file a clerk drops: a GBK table of a bureau's villages in which exactly twelve rows are wrong."""

from __future__ import annotations

import csv
import io

WRONG = {
    "swapped": [10, 20, 30],  # longitude and latitude exchanged
    "flag": [40, 50],  # neither yes nor no
    "number": [60, 70],  # a word where people are counted
    "code": [80, 90],  # a code that is nobody's
    "share": [],
    "repeated": [101, 102, 103],  # the row before, once more
}


def wrong_rows() -> int:
    return sum(len(rows) for rows in WRONG.values())


def table(villages: list[tuple[str, str, float, float]]) -> bytes:
    """`villages`: code, name, longitude, latitude. Amounts as 2.45亿, flags as 是/否; as GBK with Windows line ends."""
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\r\n")
    writer.writerow(["行政村代码", "行政村名称", "户数", "人口", "经度", "纬度", "是否通光纤", "是否通4G", "备注"])
    last: list[object] = []
    for n, (code, name, lon, lat) in enumerate(villages):
        row: list[object] = [
            code,
            name,
            100 + n % 400,
            1000 + n,
            lon,
            lat,
            "否" if n % 11 == 0 else "是",
            "是",
            "投资2.45亿",
        ]
        if n in WRONG["swapped"]:
            row[4], row[5] = lat, lon
        if n in WRONG["flag"]:
            row[6] = "在建"
        if n in WRONG["number"]:
            row[3] = "约一千"
        if n in WRONG["code"]:
            row[0], row[1] = f"99999999{n:04}", "查无此村"
        if n in WRONG["repeated"]:
            row = last
        writer.writerow(row)
        last = row
    return text.getvalue().encode("gbk")
