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
