// The close-up in the browser: villages by state, unconnected ones as diamonds, a village to choose by keyboard,
// printing, and the position in the address of the page around it. Words come from the page, never from here.
(() => {
  const { map, said, element, escaped, shapes } = window.atlasMap;
  const isPhone = window.innerWidth <= 480; // as map_page.css has it

  // Leaflet draws only circles on a canvas; a state must not be told by colour alone.
  const circle = L.Canvas.prototype._updateCircle;
  L.Canvas.include({
    _updateCircle(layer) {
      if (layer.options.className !== "unconnected") return circle.call(this, layer);
      if (!this._drawing || layer._empty()) return undefined;
      const { x, y } = layer._point;
      const reach = layer._radius * 1.25;
      this._ctx.beginPath();
      this._ctx.moveTo(x, y - reach);
      this._ctx.lineTo(x + reach, y);
      this._ctx.lineTo(x, y + reach);
      this._ctx.lineTo(x - reach, y);
      this._ctx.closePath();
      return this._fillStroke(this._ctx, layer);
    },
  });

  // --- villages and lines ------------------------------------------------------------------------

  const found = new Map(); // by code

  const heading = (village) => [element("strong", village.name), element("div", village.state)];

  const facts = (village) => {
    const link = element("a", said.facts.words);
    link.target = "_top";
    link.href = `${said.facts.href}&place=${encodeURIComponent(village.code)}`;
    const lines = [village.code, village.source].filter(Boolean).map((line) => element("div", line));
    return element("div", "", ...heading(village), ...lines, link);
  };

  const point = (village, style) => {
    const made = L.circleMarker([village.lat, village.lon], { ...style, pmIgnore: true });
    made.bindTooltip(() => element("div", "", ...heading(village)));
    made.bindPopup(() => facts(village));
    found.set(village.code, made);
    return made;
  };

  const layers = {};
  for (const layer of said.layers) {
    const drawn = layer.villages
      ? L.featureGroup(layer.villages.map((village) => point(village, layer.style)))
      : shapes(layer.geometries, layer.style);
    if (layer.is_shown) drawn.addTo(map);
    if (layer.is_listed) layers[escaped(layer.name)] = drawn;
  }
  L.control.layers(null, layers, { collapsed: isPhone }).addTo(map); // open, it would cover the map of a phone

  // --- around the map ----------------------------------------------------------------------------

  // On a phone the key has no room on the map: it folds out beneath, and the frame around this page grows with it.
  const foldBeneath = (box, panel) => {
    panel.open = false;
    box.after(panel);
    const fit = () => {
      const frame = window.frameElement;
      if (!frame) return;
      frame.style.height = `${box.offsetHeight + panel.offsetHeight}px`;
      // Streamlit's boxes around the frame keep the height that the page asked for.
      let around = frame.parentElement;
      for (; around && around.dataset.testid !== "stVerticalBlock"; around = around.parentElement)
        Object.assign(around.style, { height: "auto", flex: "none" });
    };
    panel.addEventListener("toggle", fit);
    fit();
  };

  const TILE_ZOOMS = 1; // Leaflet's tiles are 256 px wide, those of the gap map 512: one zoom between them

  const box = map.getContainer();
  const panel = document.querySelector(".atlas-close-up");
  L.DomEvent.disableClickPropagation(panel);
  L.DomEvent.disableScrollPropagation(panel);
  if (isPhone) foldBeneath(box, panel);
  else map._controlCorners.bottomleft.prepend(panel);
  // Full screen and paper show the map's own element: what must be seen with it belongs inside.
  document.querySelectorAll(".atlas-watermark, .atlas-close-up-head").forEach((one) => box.append(one));

  panel.querySelector("select").addEventListener("change", (event) => {
    const layer = found.get(event.target.value);
    if (!layer) return;
    map.setView(layer.getLatLng(), Math.max(map.getZoom(), 12), { animate: false });
    if (map.hasLayer(layer)) layer.openPopup();
  });

  panel.querySelector("[data-atlas-do=print]").addEventListener("click", () => {
    const view = [map.getCenter(), map.getZoom()];
    document.body.classList.add("atlas-printing");
    const seen = map.getBounds();
    map.invalidateSize({ animate: false });
    map.fitBounds(seen, { animate: false, paddingTopLeft: [0, 56] }); // beneath the title
    const after = () => {
      document.body.classList.remove("atlas-printing");
      map.invalidateSize({ animate: false });
      map.setView(...view, { animate: false });
    };
    // Two frames: the canvas is drawn in the next one.
    requestAnimationFrame(() =>
      requestAnimationFrame(() => {
        window.addEventListener("afterprint", after, { once: true });
        window.print();
      }),
    );
  });

  // The document is read before this script is: until here a choice would have been lost.
  panel.querySelectorAll("[disabled]").forEach((one) => (one.disabled = false));

  const outer = window.parent;
  if (outer === window) return;
  const at = (new URL(outer.location.href).searchParams.get("at") || "").split(",").map(Number);
  if (at.length === 3 && at.every(Number.isFinite)) {
    const centre = L.latLng(at[1], at[0]);
    if (map.getBounds().pad(1).contains(centre)) map.setView(centre, at[2] + TILE_ZOOMS, { animate: false });
  }
  const here = () => {
    const { lng, lat } = map.getCenter();
    const url = new URL(outer.location.href);
    const zoom = (map.getZoom() - TILE_ZOOMS).toFixed(3);
    url.searchParams.set("at", [lng.toFixed(5), lat.toFixed(5), zoom].join(","));
    return url;
  };
  map.on("moveend", () => {
    if (outer.atlasMaps) outer.atlasMaps.keep(here()); // map_view.js, of the page around
  });
  const button = panel.querySelector("[data-atlas-do=copy]");
  button.hidden = false;
  button.addEventListener("click", async () => {
    const shown = panel.querySelector("input");
    try {
      await outer.navigator.clipboard.writeText(here().href);
      panel.querySelector("output").textContent = button.dataset.done;
    } catch {
      shown.hidden = false;
      shown.value = here().href;
      shown.select();
    }
  });
})();
