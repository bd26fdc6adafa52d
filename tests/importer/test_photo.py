"""A stranger's picture: of its file nothing is left but what it shows; whatever it holds, words or a picture come."""

from __future__ import annotations

import ast
import io
import os
import re
import struct
import subprocess
import sys
import tempfile
import zlib
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from pictures import BLUE, BOMBS, RED, SECRET, WHITE, chunk, exif, jpeg_of_scans, jpeg_that_claims, png, saved, scene
from PIL import Image, ImageCms, ImageOps
from PIL.PngImagePlugin import PngInfo

from atlas.look import language
from importer.errors import FileMissing, FileTooLarge, FileUnreadable, Problem
from importer.files import look
from importer.photo import Photo, photo
from importer.read import limits
from importer.sandbox import room

ROOT = Path(__file__).resolve().parents[2]
XMP = f"<x:xmpmeta xmlns:x='adobe:ns:meta/'>{SECRET}</x:xmpmeta>".encode()
HAN = re.compile(r"[\u4e00-\u9fff]")


def of(content: bytes, folder: Path, name: str = "a.jpg") -> Photo:
    path = folder / name
    path.write_bytes(content)
    return photo(path)


def seen(made: Photo) -> Image.Image:
    """What is kept, once it is known to be nothing but a picture."""
    image = Image.open(io.BytesIO(made.jpeg), formats=["JPEG"])
    image.load()
    assert image.size == (made.width_px, made.height_px)
    assert set(image.info) <= {"jfif", "jfif_version", "jfif_unit", "jfif_density", "progressive", "progression"}
    assert {name for name, _ in image.applist} <= {"APP0"} and not image.getexif()
    assert SECRET.encode() not in made.jpeg and made.jpeg.endswith(b"\xff\xd9")
    return image


def near(found: object, wanted: tuple[int, int, int], by: int = 12) -> bool:
    return all(abs(int(one) - other) <= by for one, other in zip(found, wanted, strict=True))  # type: ignore[call-overload]


def refused(content: bytes, folder: Path, name: str = "a.jpg") -> Problem:
    """The Problem, whose words are there in Chinese and which says nothing of where the file lay."""
    with pytest.raises(Problem) as caught:
        of(content, folder, name)
    problem = caught.value
    with language.speaking("zh"):
        told = [language.said_again(part) for part in (problem.expected, problem.found, problem.next_step)]
    assert all(HAN.search(part) or part.isupper() for part in told), told  # forms are called what they are called
    assert str(folder) not in str(problem) and problem.where == name
    return problem


# --- nothing is left ----------------------------------------------------------------------------------------


def test_of_a_phones_photo_no_word_is_left_and_it_stands_upright(tmp_path: Path) -> None:
    thumbnail = saved(scene(16, 12), "JPEG", comment=SECRET)
    printed = b"\xff\xed" + struct.pack(">H", 2 + 14 + len(SECRET)) + b"Photoshop 3.0\x00" + SECRET.encode()
    profile = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    content = saved(
        scene(), "JPEG", exif=exif(6), xmp=XMP, comment=SECRET, icc_profile=profile, extra=printed, dpi=(300, 300)
    )
    content = content.replace(b"\xff\xd9", b"\xff\xd9" + thumbnail)
    assert content.count(SECRET.encode()) >= 5
    image = seen(of(content, tmp_path))
    assert image.size == (48, 64)
    assert near(image.getpixel((24, 5)), RED) and near(image.getpixel((24, 58)), BLUE)


@pytest.mark.parametrize("orientation", range(10))
def test_pictures_are_turned_as_their_camera_was_held(orientation: int, tmp_path: Path) -> None:
    drawn = scene()
    drawn.paste((0, 255, 0), (0, 0, 16, 16))
    content = saved(drawn, "PNG", exif=exif(orientation))
    wanted = ImageOps.exif_transpose(Image.open(io.BytesIO(content))).convert("RGB")
    found = seen(of(content, tmp_path))
    assert found.size == wanted.size
    assert np.abs(np.asarray(found, int) - np.asarray(wanted, int)).mean() < 6


def test_exif_that_cannot_be_read_turns_nothing(tmp_path: Path) -> None:
    content = saved(scene(), "JPEG", exif=b"Exif\x00\x00MM\x00*\xff\xff\xff\xff" + b"\x01" * 40)
    assert seen(of(content, tmp_path)).size == (64, 48)


def test_a_large_photo_becomes_smaller(tmp_path: Path) -> None:
    made = of(saved(scene(4000, 3000), "JPEG", exif=exif(8)), tmp_path)
    image = seen(made)
    assert image.size == (1200, 1600) and near(image.getpixel((600, 100)), BLUE)
    assert len(made.jpeg) < 200_000


def test_transparency_lies_on_white_and_texts_are_gone(tmp_path: Path) -> None:
    drawn = scene().convert("RGBA")
    drawn.paste((0, 0, 0, 0), (0, 0, 32, 48))
    said = PngInfo()
    said.add_text("Author", SECRET)
    said.add_text("Software", SECRET, zip=True)
    said.add_itxt("XML:com.adobe.xmp", XMP.decode())
    image = seen(of(saved(drawn, "PNG", pnginfo=said, exif=exif()), tmp_path))
    assert near(image.getpixel((10, 10)), WHITE) and near(image.getpixel((50, 10)), BLUE)


FORMS: dict[str, Callable[[], bytes]] = {
    "webp": lambda: saved(scene(), "WEBP", quality=95, exif=exif(), xmp=XMP),
    "webp without loss": lambda: saved(scene().convert("RGBA"), "WEBP", lossless=True),
    "cmyk": lambda: saved(scene().convert("CMYK"), "JPEG", quality=95, comment=SECRET),
    "palette": lambda: saved(scene().quantize(4), "PNG"),
    "palette with a transparent colour": lambda: saved(scene().quantize(4), "PNG", transparency=3),
    "progressive": lambda: saved(scene(), "JPEG", progressive=True, quality=95),
    "animated webp": lambda: saved(scene(), "WEBP", save_all=True, append_images=[Image.new("RGB", (64, 48))]),
    "animated png": lambda: saved(scene(), "PNG", save_all=True, append_images=[Image.new("RGB", (64, 48))]),
    "several pictures in one": lambda: saved(scene(), "MPO", save_all=True, append_images=[Image.new("RGB", (64, 48))]),
    "16 bits of each colour": lambda: png(64, 48, 16, 2, b"".join(b"\x00" + DEEP_ROW for _ in range(48))),
    "a colour profile that is none": lambda: saved(scene(), "PNG", icc_profile=b"\x00" * 200),
}
DEEP_ROW = b"\xff\xff\x00\x00\x00\x00" * 32 + b"\x00\x00\x00\x00\xff\xff" * 32


@pytest.mark.parametrize("form", FORMS)
def test_every_form_of_picture_shows_the_same(form: str, tmp_path: Path) -> None:
    image = seen(of(FORMS[form](), tmp_path, "a.picture"))
    assert image.size == (64, 48)
    assert near(image.getpixel((8, 8)), RED, 40) and near(image.getpixel((56, 40)), BLUE, 40)


@pytest.mark.parametrize("grey", [0, 300, 30_000, 65_535])
def test_sixteen_bits_of_grey_keep_their_brightness(grey: int, tmp_path: Path) -> None:
    image = seen(of(saved(Image.fromarray(np.full((8, 8), grey, np.uint16)), "PNG"), tmp_path))
    assert near(image.getpixel((4, 4)), (grey // 257,) * 3, 3)


def test_a_sane_profile_is_followed(tmp_path: Path) -> None:
    """One that calls red blue and blue red."""
    told = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    told = told.replace(b"rXYZ", b"qXYZ", 1).replace(b"bXYZ", b"rXYZ", 1).replace(b"qXYZ", b"bXYZ", 1)
    image = seen(of(saved(scene(), "PNG", icc_profile=told), tmp_path))
    assert near(image.getpixel((8, 8)), BLUE, 20) and near(image.getpixel((56, 8)), RED, 20)


def test_what_follows_the_end_of_a_jpeg_is_gone(tmp_path: Path) -> None:
    made = of(saved(scene(), "JPEG") + b"<html><script>alert(1)</script>PK\x03\x04" + SECRET.encode(), tmp_path)
    assert seen(made).size == (64, 48)
    assert b"<html" not in made.jpeg and b"PK\x03\x04" not in made.jpeg


@pytest.mark.parametrize(
    ("size", "kept"),
    [((1, 1), (1, 1)), ((10_000, 1), (1600, 1)), ((1, 9_999), (1, 1600)), ((1600, 1600), (1600, 1600))],
)
def test_sizes_at_their_ends(size: tuple[int, int], kept: tuple[int, int], tmp_path: Path) -> None:
    for form in ("JPEG", "PNG", "WEBP"):
        assert seen(of(saved(scene(*size), form), tmp_path)).size == kept


def test_noise_stays_within_what_is_kept(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(limits, "PHOTO_JPEG_BYTES", 150_000)
    noise = np.random.default_rng(1).integers(0, 256, (500, 500, 3), np.uint8)
    made = of(saved(Image.fromarray(noise), "PNG"), tmp_path)
    assert seen(made).size == (500, 500) and len(made.jpeg) <= 150_000


def test_a_name_is_no_way_anywhere(tmp_path: Path) -> None:
    (tmp_path / "a" / "b").mkdir(parents=True)
    assert seen(of(saved(scene(), "JPEG"), tmp_path / "a" / "b", "../../x.jpg")).size == (64, 48)
    for name in ("照片 1.jpg", "a.tiff", "a.svg", "-rf", "a\nb.jpg", "x.shp", "無"):
        assert seen(of(saved(scene(), "JPEG"), tmp_path, name)).size == (64, 48)


# --- what is refused ----------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", BOMBS)
def test_more_pixels_than_any_photo_has_are_refused_by_the_header(name: str, tmp_path: Path) -> None:
    problem = refused(BOMBS[name](), tmp_path)
    assert isinstance(problem, FileTooLarge) and "pixels" in problem.expected


OTHERS: dict[str, tuple[Callable[[], bytes], str]] = {
    "empty": (lambda: b"", "an empty file"),
    "noise": (lambda: np.random.default_rng(2).bytes(5_000), "another kind of file"),
    "svg": (lambda: b"<svg xmlns='http://www.w3.org/2000/svg'><script/></svg>", "another kind of file"),
    "html": (lambda: b"<!doctype html><p>a", "another kind of file"),
    "html before a jpeg": (lambda: b"<p>" + saved(scene(), "JPEG"), "another kind of file"),
    "zip": (lambda: b"PK\x03\x04" + b"\x00" * 40, "ZIP"),
    "gif": (lambda: saved(scene(), "GIF"), "GIF"),
    "tiff": (lambda: saved(scene(), "TIFF"), "TIFF"),
    "bmp": (lambda: saved(scene(), "BMP"), "another kind of file"),
    "pdf": (lambda: saved(scene(), "PDF"), "PDF"),
    "heic": (lambda: b"\x00\x00\x00\x18ftypheic" + b"\x00" * 40, "HEIC, the form in which iPhones"),
    "heif": (lambda: b"\x00\x00\x00\x18ftypmif1" + b"\x00" * 40, "HEIC, the form in which iPhones"),
    "avif": (lambda: saved(scene(), "AVIF"), "AVIF"),
    "film": (lambda: b"\x00\x00\x00\x18ftypisom" + b"\x00" * 40, "a film"),
    "cut short": (lambda: saved(scene(400, 300), "JPEG")[:-900], "it is incomplete or damaged"),
    "png cut short": (lambda: saved(scene(400, 300), "PNG")[:-40], "it is incomplete or damaged"),
    "webp cut short": (lambda: saved(scene(400, 300), "WEBP")[:-40], "it is incomplete or damaged"),
    "only a head": (lambda: b"\xff\xd8\xff\xe0", "it is incomplete or damaged"),
    "texts without end": (
        lambda: png(1, 1, 8, 2, b"\x00" * 4, chunk(b"zTXt", b"a\x00\x00" + zlib.compress(b"a" * 60_000_000))),
        "it is incomplete or damaged",
    ),
}


@pytest.mark.parametrize("name", OTHERS)
def test_what_is_no_photo_is_refused_in_words(name: str, tmp_path: Path) -> None:
    make, found = OTHERS[name]
    problem = refused(make(), tmp_path)
    assert isinstance(problem, FileUnreadable) and problem.found.startswith(found)
    assert "screenshot" in problem.next_step


def test_who_sends_heic_hears_what_to_do(tmp_path: Path) -> None:
    problem = refused(OTHERS["heic"][0](), tmp_path, "IMG_0001.HEIC")
    assert "Most Compatible" in problem.next_step
    with language.speaking("zh"):
        assert "兼容性最佳" in language.said_again(problem.next_step)


def test_a_hundred_megabytes_are_refused_unread(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(room, "photo", lambda path: pytest.fail("it was opened"))
    path = tmp_path / "a.jpg"
    with path.open("wb") as file:
        os.truncate(file.fileno(), 100_000_000)
    with pytest.raises(FileTooLarge, match=r"at most 15 MB\n.*100\.0 MB"):
        photo(path)


def test_what_is_not_there_is_missing(tmp_path: Path) -> None:
    for path in (tmp_path, tmp_path / "none.jpg"):
        with pytest.raises(FileMissing, match="send the photo again"):
            photo(path)


def test_memory_and_time_have_an_end(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    content = png(7_000, 7_000, 1, 3, bytes(876) * 7_000, chunk(b"PLTE", bytes(6)), chunk(b"tRNS", bytes(2)))
    monkeypatch.setattr(limits, "PHOTO_READER_BYTES", 600 * 1024**2)
    problem = refused(content, tmp_path)
    assert isinstance(problem, FileTooLarge) and "600 MiB" in problem.expected
    monkeypatch.setattr(limits, "PHOTO_CPU_SECONDS", 1)
    problem = refused(jpeg_of_scans(4_000, 2_000), tmp_path)
    assert isinstance(problem, FileTooLarge) and problem.found == "it takes longer"


# --- what comes back is not trusted -------------------------------------------------------------------------


def ours(image: Image.Image | None = None, **told: object) -> bytes:
    """As our own encoder writes it, but for what is told."""
    return saved(image or scene(), "JPEG", progressive=True, **told)


def with_segment(marker: int, body: bytes, at: int = 2) -> bytes:
    content = ours()
    return content[:at] + bytes([0xFF, marker]) + struct.pack(">H", len(body) + 2) + body + content[at:]


LIES: dict[str, Callable[[], bytes]] = {
    "nothing": lambda: b"",
    "a page": lambda: b"<html></html>",
    "exif": lambda: ours(exif=exif()),
    "a profile": lambda: with_segment(0xE2, b"ICC_PROFILE\x00\x01\x01" + b"a" * 99),
    "a comment": lambda: ours(comment=SECRET),
    "a comment after the first scan": lambda: with_segment(0xFE, b"a", ours().rindex(b"\xff\xd9")),
    "app0 with a thumbnail": lambda: with_segment(0xE0, b"JFIF\x00\x01\x01\x00\x00\x01\x00\x01\x01\x01abc"),
    "app0 of another kind": lambda: with_segment(0xE0, b"JFXX\x00\x13" + b"a" * 8),
    "an unknown segment": lambda: with_segment(0xF0, b"a"),
    "a segment beyond the end": lambda: b"\xff\xd8\xff\xdb\xff\xff" + b"a" * 99 + b"\xff\xd9",
    "a segment of no length": lambda: b"\xff\xd8\xff\xdb\x00\x00\xff\xd9",
    "trailing bytes": lambda: ours() + b"a",
    "two pictures": lambda: ours() * 2,
    "no end": lambda: ours()[:-2],
    "no picture": lambda: b"\xff\xd8\xff\xd9",
    "two frames": lambda: with_segment(0xC2, b"\x08\x00\x10\x00\x10\x03" + b"\x01\x11\x00" * 3),
    "a grey frame": lambda: ours(scene().convert("L")),
    "too wide": lambda: ours(scene(1601, 4)),
    "no size": lambda: jpeg_that_claims(0, 0),
    "not progressive": lambda: saved(scene(), "JPEG"),
    "places to begin anew": lambda: ours(restart_marker_blocks=1),
    "too many bytes": lambda: with_segment(0xDB, b"a" * 60_000).replace(b"a", b"a" * 40),
    "png": lambda: saved(scene(), "PNG"),
}


@pytest.mark.parametrize("name", LIES)
def test_an_answer_that_is_no_plain_picture_is_refused(
    name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(room, "photo", lambda path: LIES[name]())
    assert isinstance(refused(b"a", tmp_path), FileUnreadable)


def test_a_plain_answer_is_taken(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    content = ours()
    monkeypatch.setattr(room, "photo", lambda path: content)
    assert of(b"a", tmp_path) == Photo(content, 64, 48)


WHOLE = [saved(scene(), "JPEG", exif=exif(6)), saved(scene(), "PNG", exif=exif(6)), saved(scene(), "WEBP")]


@settings(max_examples=60)
@given(
    st.sampled_from(WHOLE),
    st.lists(st.tuples(st.integers(0, 1 << 16), st.integers(0, 255)), max_size=12),
    st.integers(0, 1 << 16) | st.none(),
)
@example(WHOLE[0], [], None)
def test_harmed_pictures_are_pictures_or_problems(
    whole: bytes, changes: list[tuple[int, int]], cut: int | None
) -> None:
    content = bytearray(whole)
    for at, value in changes:
        content[at % len(content)] = value
    with tempfile.TemporaryDirectory() as folder:
        try:
            made = of(bytes(content[: None if cut is None else cut % len(content)]), Path(folder))
        except Problem as problem:
            assert problem.where == "a.jpg" and problem.next_step
        else:
            seen(made)


# --- where it is read ---------------------------------------------------------------------------------------


def test_a_picture_is_no_table_and_a_table_no_picture(tmp_path: Path) -> None:
    (tmp_path / "a.jpg").write_bytes(saved(scene(), "JPEG"))
    with pytest.raises(Problem):
        look(tmp_path / "a.jpg")
    refused(b"code,name\n1,a\n", tmp_path, "a.csv")


def test_only_its_own_task_leads_to_the_decoder() -> None:
    """And from the decoder nothing leads to what reads tables."""
    leads = {
        path.relative_to(ROOT).as_posix()
        for path in (ROOT / "importer").rglob("*.py")
        if "picture" in names_imported(path)
    }
    assert leads == {"importer/sandbox/tasks.py"}
    from_read = names_imported(ROOT / "importer" / "sandbox" / "picture.py", "importer.read")
    assert from_read == {"limits"}


def names_imported(path: Path, module: str | None = None) -> set[str]:
    tree = ast.parse(path.read_text(encoding="utf-8"))
    nodes = [node for node in ast.walk(tree) if isinstance(node, ast.ImportFrom) and module in (None, node.module)]
    return {alias.name for node in nodes for alias in node.names}


def test_neither_the_one_that_asks_nor_the_template_loads_pillow(tmp_path: Path) -> None:
    (tmp_path / "a.jpg").write_bytes(saved(scene(), "JPEG"))
    code = (
        "import sys; from pathlib import Path; from importer.photo import photo; from importer.sandbox import tasks\n"
        "photo(Path(sys.argv[1])); sys.exit('PIL' in sys.modules)"
    )
    command = [sys.executable, "-c", code, str(tmp_path / "a.jpg")]
    assert subprocess.run(command, cwd=ROOT, check=False).returncode == 0


def test_without_a_template_and_in_a_confined_process_the_same_picture_comes(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    made = of(saved(scene(), "JPEG", exif=exif(6)), tmp_path)
    monkeypatch.setattr(room, "CAN_FORK", False)
    assert photo(tmp_path / "a.jpg") == made
    code = (
        "import sys, tempfile; from pathlib import Path; from importer.photo import photo\n"
        "from importer.sandbox import tasks\nfrom importer.sandbox.confine import confine\n"
        "tempfile.tempdir = sys.argv[2]; confine([Path(sys.argv[1])], [Path(sys.argv[2])])\n"
        "sys.stdout.buffer.write(photo(Path(sys.argv[1])).jpeg)\n"
    )
    (tmp_path / "scratch").mkdir()
    command = [sys.executable, "-c", code, str(tmp_path / "a.jpg"), str(tmp_path / "scratch")]
    assert subprocess.run(command, cwd=ROOT, capture_output=True, check=True).stdout == made.jpeg
