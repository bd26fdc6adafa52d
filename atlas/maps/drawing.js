// Tools to draw an area and to measure: Leaflet-Geoman with our words. What is drawn says how large it is; an area
// offers the list of the villages in it, and becomes part of that link.
(() => {
  const { map, said, element } = window.atlasMap;
  const EARTH_RADIUS_METRES = 6371008.8;
  const MOST_CORNERS = 100; // of an area in an address

  const isArea = (layer) => layer instanceof L.Polygon || layer instanceof L.Circle;
  const km = (metres) => `${(metres / 1000).toFixed(metres < 10000 ? 2 : 1)} km`;
  const km2 = (metres2) => `${(metres2 / 1e6).toFixed(metres2 < 1e8 ? 2 : 0)} km²`;

  // On a sphere: the strips between each side and the equator, added up with their signs.
  const areaMetres2 = (corners) => {
    const radians = Math.PI / 180;
    const strip = (one, two) =>
      (two.lng - one.lng) * radians * (2 + Math.sin(one.lat * radians) + Math.sin(two.lat * radians));
    const sum = corners.reduce((all, one, i) => all + strip(one, corners[(i + 1) % corners.length]), 0);
    return Math.abs((sum * EARTH_RADIUS_METRES ** 2) / 2);
  };
  const lengthMetres = (points) =>
    points.slice(1).reduce((sum, point, i) => sum + map.distance(point, points[i]), 0);

  const sizeOf = (layer) => {
    if (layer instanceof L.Circle) return km2(Math.PI * layer.getRadius() ** 2);
    const points = layer.getLatLngs().flat();
    return isArea(layer) ? km2(areaMetres2(points)) : km(lengthMetres(points));
  };

  const areaText = (layer) => {
    const point = (p) => `${p.lng.toFixed(5)},${p.lat.toFixed(5)}`;
    if (layer instanceof L.Circle)
      return `circle:${point(layer.getLatLng())},${(layer.getRadius() / 1000).toFixed(3)}`;
    const corners = layer.getLatLngs()[0];
    const step = Math.ceil(corners.length / MOST_CORNERS);
    return corners.filter((_, i) => i % step === 0).map(point).join(";");
  };

  const offerList = (layer) => {
    const box = element("div", sizeOf(layer));
    if (isArea(layer)) {
      const link = element("a", said.tools.list);
      link.target = "_top";
      link.href = `${said.tools.href}&area=${encodeURIComponent(areaText(layer))}`;
      box.append(element("br"), link);
    }
    layer.bindPopup(box).openPopup();
  };

  // While the hand still draws: how large it is by now.
  const size = element("output");
  size.className = "atlas-size";
  size.hidden = true;
  const corner = L.control({ position: "bottomright" });
  corner.onAdd = () => size;
  corner.addTo(map);
  const follow = (shape, layer) => (event) => {
    const drawn = layer.getLatLngs ? layer.getLatLngs().flat() : [];
    // A line and a polygon go on to the pointer; a polygon is a line until it is closed.
    if (shape === "Line" && drawn.length) size.textContent = km(lengthMetres([...drawn, event.latlng]));
    else if (shape === "Polygon" && drawn.length) size.textContent = km2(areaMetres2([...drawn, event.latlng]));
    else if (layer.getRadius ? layer.getRadius() : drawn.length) size.textContent = sizeOf(layer);
    size.hidden = !size.textContent;
  };
  map.on("pm:drawstart", ({ shape, workingLayer }) => {
    const moved = follow(shape, workingLayer);
    map.getContainer().classList.add("atlas-drawing"); // a click sets a corner, whatever lies beneath
    map.on("mousemove", moved);
    map.once("pm:drawend", () => {
      map.off("mousemove", moved);
      map.getContainer().classList.remove("atlas-drawing");
      size.textContent = "";
      size.hidden = true;
    });
  });

  map.pm.setLang("atlas", said.tools.words, "en");
  map.pm.Draw.Polygon.setOptions({ allowSelfIntersection: false });
  map.on("pm:create", ({ layer }) => {
    offerList(layer);
    layer.on("pm:update", () => offerList(layer));
  });
  document.documentElement.classList.add("atlas-can-draw"); // map_page.css: the tools are seen from now on
})();
