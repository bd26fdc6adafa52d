"""The frame around every page: language, view, navigation, header, credit. Runs at each rerun."""

from __future__ import annotations

import logging
from datetime import date
from functools import partial
from pathlib import Path

import streamlit as st
from streamlit.navigation.page import StreamlitPage

from atlas.desk import at_hand
from atlas.desk.released import cite
from atlas.first import listed, titles
from atlas.first.listed import PageModule, page_modules
from atlas.kept import vendor
from atlas.look import addresses, blocks, country_words, figures, html, language, page_scripts, streamlit_words, theme
from atlas.look.language import pick, t
from atlas.maps import layers
from atlas.pieces import wrong_address
from atlas.view import controls, finder, keeping, page, state, suggestions
from atlas.work import abreast
from indicators import country, database, facts, kept_builds
from indicators.database import Atlas

LOG = logging.getLogger(__name__)
ICON = Path(__file__).parent / "look" / "icon.png"
LATIN_PX = 10.4  # a Latin letter of the logo, on average
LOGO = Path(__file__).parent / "look" / "logo.svg"


def main() -> None:
    """One run of the app, with one build from its first line to its last."""
    try:
        with abreast.a_few_abreast(), _asked().reading() as atlas:
            _run_with(atlas)
    except database.AtlasMissing:
        _no_atlas()
    except database.UNREADABLE:
        LOG.exception("build %s cannot be read", atlas.build_id)
        database.doubt()
        _cannot_be_read()


def _asked() -> Atlas:
    """The release that the address names, else what is served. Bringing one back takes a second: others come first."""
    wanted = state.asked_release()
    if not wanted:
        return database.current()
    abreast.step_aside()
    return kept_builds.of_number(wanted) or database.current()


def _run_with(atlas: Atlas) -> None:
    country_words.use(country.words(atlas))
    view = state.current(atlas, layers.offer())
    language.use(view.lang)
    addresses.release.set(view.release)
    st.set_page_config(page_icon=str(ICON), layout="wide")
    at_hand.look(atlas)
    theme.inject()
    st.logo(_logo(pick(facts.settings(atlas)["title"])), size="large")
    modules = page_modules()
    known = {
        module.PAGE.url_path: st.Page(
            partial(_run, module, atlas, view),
            title=module.PAGE.title(),
            icon=module.PAGE.icon,
            url_path=module.PAGE.url_path,
            default=number == 0,
            visibility="visible" if module.PAGE.in_navigation and module.PAGE.is_there(atlas) else "hidden",
        )
        for number, module in enumerate(modules)
    }
    st.session_state["atlas_pages"] = known  # links between pages need the objects themselves
    menus = _menus(modules, known)
    if wrong := wrong_address.page(known, modules[0].PAGE.url_path, atlas, view):
        menus[""].append(wrong)
    chosen = st.navigation(menus, position="top")
    page = listed.page(chosen.url_path)
    title = titles.document(atlas, view, page)
    st.set_page_config(page_title=title)
    if found := finder.leads_to(atlas):
        to, changes = found
        controls.open_page(to, view, **changes)
    if view.unknown_place and page:
        wrong_address.show_no_place(atlas, view)
    else:
        chosen.run()
    cite.show(atlas, view, page, title)
    _foot(atlas, view, chosen.url_path)


def _menus(modules: list[PageModule], known: dict[str, StreamlitPage]) -> dict[str, list[StreamlitPage]]:
    """Menu title → its pages. The pages without a menu stand on the bar itself, before the menus."""
    menus: dict[str, list[StreamlitPage]] = {"": []}
    for module in modules:
        menus.setdefault(module.PAGE.section(), []).append(known[module.PAGE.url_path])
    return menus


def _run(module: PageModule, atlas: Atlas, view: state.View) -> None:
    if view.remark:
        st.html(
            blocks.notice(
                "warning",
                t("This atlas does not hold {what}; the default is shown instead.", what=view.remark),
            )
        )
    if not module.PAGE.is_there(atlas):
        st.html(blocks.notice("info", t("This atlas holds nothing for this page. See the other pages above.")))
        return
    if view.release and view.release != facts.release(database.current()):
        told = t("This is release {number} as it was published.", number=view.release)
        st.html(blocks.notice("info", told, [(t("To what is served now"), view.link(release=""))]))
    page.shown.set(module.PAGE.url_path)
    try:
        module.show(atlas, view)
    except vendor.VendorError:
        st.error(t("The browser files are missing. Run: {command}", command=f"`{vendor.COMMAND}`"))


def _logo(title: str) -> str:
    width = 48 + round(sum(20 if ord(letter) > 0x2E80 else LATIN_PX for letter in title))
    return LOGO.read_text(encoding="utf-8").format(
        title=html.escape(title), width=width, colour=theme.tokens()["primary"]
    )


def _foot(atlas: Atlas, view: state.View, page: str) -> None:
    built = facts.build_facts(atlas)
    build = t("Build {build_id}", build_id=built["build_id"])
    newest = t("Data up to {date}", date=_last_date(atlas))
    st.html(  # one message instead of three, at each rerun
        f'<div class="atlas-foot">{html.escaped(build)} · {html.escaped(newest)}{_printed(view)}</div>'
        f"{streamlit_words.tag()}{_scripts()}{suggestions.tag(atlas, view, page)}",
        unsafe_allow_javascript=True,
    )


def _printed(view: state.View) -> html.Html:
    """What only paper says: when it was printed, and from which address."""
    words = t("Printed {date} from {link}", date=figures.day(date.today()), link=keeping.permalink(view))
    return html.Html(f'<div class="atlas-address">{html.escaped(words)}</div>')


def _scripts() -> str:
    """What pages do in the browser; each does its work once, however often it comes."""
    return "".join(f'<script src="{address}"></script>' for address in map(page_scripts.url, ("theme", "beside")))


def _last_date(atlas: Atlas) -> str:
    return figures.day(max(day for standard in facts.standards(atlas) for day in standard.dates))


def _no_atlas() -> None:
    """In both languages: without an atlas nobody knows which one its visitors speak."""
    st.set_page_config(page_title="村通图", page_icon=str(ICON))
    st.error(
        "没有可以读取的数据：尚未生成，或者文件已损坏。请管理员运行：`python -m etl build`\n\n"
        "There is no atlas to read: none was built yet, or its file is damaged. "
        "The administrator runs: `python -m etl build`"
    )


def _cannot_be_read() -> None:
    st.error(
        "数据文件读取出错，系统正在核对。请稍后刷新本页。\n\n"
        "The atlas could not be read and is being checked. Please reload this page in a moment."
    )


main()
