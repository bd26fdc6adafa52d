// Tools to draw an area and to measure: Leaflet-Geoman with our words. What is drawn says how large it is; an area
// offers the list of the villages in it, and becomes part of that link.
(() => {
  const { map, said, element } = window.atlasMap;
  const { areaMetres2, km, km2, circleText, polygonText } = window.atlasSizes; // area_sizes.js
  const isArea = (layer) => layer instanceof L.Polygon || layer instanceof L.Circle;
  const pair = ({ lng, lat }) => [lng, lat];
  const lengthMetres = (points) =>
    points.slice(1).reduce((sum, point, i) => sum + map.distance(point, points[i]), 0);

  const sizeOf = (layer) => {
    if (layer instanceof L.Circle) return km2(Math.PI * layer.getRadius() ** 2);
    const points = layer.getLatLngs().flat();
    return isArea(layer) ? km2(areaMetres2(points.map(pair))) : km(lengthMetres(points));
  };

  const areaText = (layer) =>
    layer instanceof L.Circle
      ? circleText(pair(layer.getLatLng()), layer.getRadius())
      : polygonText(layer.getLatLngs()[0].map(pair));

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
    else if (shape === "Polygon" && drawn.length) size.textContent = km2(areaMetres2([...drawn, event.latlng].map(pair)));
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
