// What the maps in frames share: what the page's JSON says is drawn, and links lead the page around. Folium makes
// the empty map before this runs. No word of the data is ever read as markup: texts go into elements as text.
window.atlasMap = (() => {
  const map = window.map_atlas; // the name that folium_page.py gives it
  const said = JSON.parse(document.getElementById("atlas-map-data").textContent);

  const element = (tag, text = "", ...inside) => {
    const made = document.createElement(tag);
    made.textContent = text;
    made.append(...inside);
    return made;
  };

  // For the few places where Leaflet knows markup only: layer names, credits.
  const escaped = (text) => element("span", text).innerHTML;

  // Shapes that are looked at, not drawn upon: neither clicked nor edited.
  const shapes = (geometries, style) =>
    L.geoJSON(
      geometries.map((geometry) => ({ type: "Feature", properties: {}, geometry })),
      {
        interactive: false,
        pmIgnore: true,
        style: () => ({ ...style, pmIgnore: true }),
        pointToLayer: (_, place) => L.circleMarker(place, { ...style, interactive: false, pmIgnore: true }),
      },
    );

  if (said.base) {
    L.tileLayer(said.base.url).addTo(map);
    L.control.attribution({ prefix: false }).addTo(map).addAttribution(escaped(said.base.credit));
  }
  shapes(said.outlines.geometries, said.outlines.style).addTo(map);
  map.fitBounds(said.bounds);

  // --- a hand that wants the page, not the map -----------------------------------------------------

  // As on the maps of the pages (map_hand.js): the plain wheel and one finger scroll the page around, unless the map
  // has the whole screen.
  const box = map.getContainer();
  const hint = element("div");
  hint.className = "atlas-hint";
  hint.setAttribute("aria-hidden", "true");
  box.append(hint);
  const isWholeScreen = () => Boolean(document.fullscreenElement) || box.matches(".leaflet-pseudo-fullscreen");
  const isDrawing = () => box.matches(".atlas-drawing");
  let silence = null;
  const tell = (words) => {
    hint.textContent = words;
    hint.dataset.told = "";
    clearTimeout(silence);
    silence = setTimeout(() => delete hint.dataset.told, 1600);
  };
  const IS_MAC = /Mac|iPhone|iPad/.test(navigator.platform);
  const onMap = (event) => event.target instanceof Element && box.contains(event.target);
  window.addEventListener(
    "wheel",
    (event) => {
      if (!onMap(event) || event.ctrlKey || event.metaKey || isWholeScreen()) return;
      event.stopPropagation(); // Leaflet does not hear it; the browser hands it on to the page around
      if (!event.target.closest(".leaflet-control")) tell(IS_MAC ? said.hand.mac : said.hand.wheel);
    },
    { capture: true, passive: true },
  );
  const held = (event) => {
    const isFinger = event.type === "touchstart";
    map.dragging[isFinger && !isWholeScreen() ? "disable" : "enable"]();
  };
  for (const kind of ["touchstart", "mousedown"])
    window.addEventListener(kind, (event) => onMap(event) && held(event), { capture: true, passive: true });
  box.addEventListener("touchmove", (event) => {
    const isAlone = event.touches.length === 1 && !event.target.closest(".leaflet-control");
    if (isAlone && !isWholeScreen() && !isDrawing()) tell(said.hand.touch);
  }, { passive: true });

  // The map stands in a sandboxed frame that may not navigate the page around it; a link of that page may.
  document.addEventListener("click", (event) => {
    const link = event.target.closest("a[target=_top]");
    if (!link || window.parent === window) return;
    event.preventDefault();
    const outer = window.parent.document.createElement("a");
    outer.href = link.href;
    window.parent.document.body.append(outer);
    outer.click();
    outer.remove();
  });

  return { map, said, element, escaped, shapes };
})();
