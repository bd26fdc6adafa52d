"""Names on the map follow the zoom and never cover one another."""

from __future__ import annotations

import math

import mapbox_vector_tile
import pytest
import shapely
from starlette.applications import Starlette
from starlette.testclient import TestClient

from atlas.maps.tiles import boundaries as boundary_tiles
from atlas.maps.tiles import names as name_tiles
from atlas.serve import routes
from indicators import places
from indicators.database import Atlas


@pytest.mark.parametrize("lang", ["zh", "en"])
@pytest.mark.parametrize("z", [1, 3, 5, 7, 9])
@pytest.mark.parametrize(("within", "step"), [(None, 0), ("430000", 5), ("431100", 7)])
def test_no_name_covers_another(national_atlas: Atlas, z: int, lang: str, within: str | None, step: int) -> None:
    names = name_tiles.at_zoom(national_atlas, z, lang, within, step)
    world_px = name_tiles.first_world_px(z, step)
    letter_px = name_tiles.LETTER_PX[lang != "zh"]
    boxes = [
        (x * world_px, y * world_px, len(text) * letter_px / 2)
        for x, y, text in zip(names.x, names.y, names.text, strict=True)
    ]
    assert boxes
    for i, (x, y, half) in enumerate(boxes):
        for u, v, other in boxes[:i]:
            assert abs(x - u) >= half + other or abs(y - v) >= name_tiles.LINE_PX - 1e-6


@pytest.mark.parametrize("zoom", [1.5, 2.43, 2.49, 2.5, 2.51, 6.11, 7.999])
def test_a_maps_names_have_the_room_of_the_zoom_at_which_it_opens(zoom: float) -> None:
    """deck.gl shows the tiles of zoom round(zoom + log2(512 / side))."""
    step = name_tiles.step_of(zoom)
    z = math.floor(zoom + math.log2(512 / name_tiles.tile_px(step)) + 0.5)
    room = name_tiles.first_world_px(z, step) / (512 * 2**zoom)
    assert 2 ** (-1 / name_tiles.STEPS) * 0.99 < room <= 1


def test_a_place_is_named_before_its_neighbours(national_atlas: Atlas) -> None:
    """All counties of Yongzhou but two zones without a place for it; no neighbour's name lies over them."""
    names = name_tiles.at_zoom(national_atlas, 6, "zh", "431100", 5)
    own = {text for text, is_neighbour in zip(names.text, names.is_neighbour, strict=True) if not is_neighbour}
    assert {"零陵区", "江永县", "蓝山县", "江华瑶族自治县"} <= own and len(own) >= 10
    assert {text for text, one in zip(names.text, names.is_neighbour, strict=True) if one} >= {"全州县"}
    world_px = name_tiles.first_world_px(6, 5)
    shape = boundary_tiles.shape(national_atlas, "431100", "coarse")
    place = shapely.transform(shape, lambda points: boundary_tiles.to_world(points) * world_px)
    for lang in ("zh", "en"):
        names = name_tiles.at_zoom(national_atlas, 6, lang, "431100", 5)
        letter_px = name_tiles.LETTER_PX[lang != "zh"]
        for x, y, text, one in zip(names.x * world_px, names.y * world_px, names.text, names.is_neighbour, strict=True):
            half = len(text) * letter_px / 2
            assert not one or not place.intersects(shapely.box(x - half, y - 3, x + half, y + 3)), text


def test_the_level_follows_the_zoom(national_atlas: Atlas) -> None:
    def shown(z: int) -> set[str]:
        return set(name_tiles.at_zoom(national_atlas, z, "zh").text)

    assert "湖南省" in shown(2) and "永州市" not in shown(2)
    assert "永州市" in shown(5) and not {"湖南省", "江永县"} & shown(5)
    assert "江永县" in shown(7) and not {"湖南省", "永州市"} & shown(7)


def test_neighbouring_tiles_share_the_names_out(national_atlas: Atlas) -> None:
    z = 3
    whole = name_tiles.at_zoom(national_atlas, z, "zh").text
    found = []
    for x in range(2**z):
        for y in range(2**z):
            if tile := name_tiles.tile(national_atlas, z, x, y, "zh"):
                (layer,) = mapbox_vector_tile.decode(tile).values()
                found += [one["properties"]["name"] for one in layer["features"]]
    assert sorted(found) == sorted(whole)


def test_names_are_in_the_visitors_language(national_atlas: Atlas) -> None:
    assert "Hunan" in name_tiles.at_zoom(national_atlas, 3, "en").text


def test_only_levels_with_outlines_have_names(national_atlas: Atlas) -> None:
    assert name_tiles.levels(national_atlas) == list(places.levels(national_atlas)[1:4])


def test_the_address_serves_them_and_refuses_the_rest(national_atlas: Atlas, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ATLAS_BUILD_DIR", str(national_atlas.path.parent))
    client = TestClient(Starlette(routes=routes.routes))
    kept = f"build={national_atlas.build_id}&lang=zh"
    served = client.get(f"/tiles/names/2/3/1.mvt?{kept}")
    assert served.status_code == 200 and "immutable" in served.headers["cache-control"]
    assert served.content == name_tiles.tile(national_atlas, 2, 3, 1, "zh")
    assert client.get(f"/tiles/names/2/0/3.mvt?{kept}").status_code == 204
    assert client.get(f"/tiles/names/2/4/1.mvt?{kept}").status_code == 404
    assert client.get("/tiles/names/2/3/1.mvt?lang=xx").status_code == 400
    assert client.get(f"/tiles/names/2/3/1.mvt?{kept}&step=8").status_code == 400
    assert client.get(f"/tiles/names/2/3/1.mvt?{kept}&within=nowhere").status_code == 400
