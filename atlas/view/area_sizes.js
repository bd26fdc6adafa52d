// How large what is drawn on a map is, on a sphere; for the maps of the pages and for those in frames.
window.atlasSizes ||= (() => {
  const EARTH_RADIUS_METRES = 6371008.8;
  const RADIANS = Math.PI / 180;
  const MOST_CORNERS = 100; // of an area in an address

  // The strips between each side and the equator, added up with their signs. Corners: longitude, latitude.
  const areaMetres2 = (corners) => {
    const strip = ([lon, lat], [nextLon, nextLat]) =>
      (nextLon - lon) * RADIANS * (2 + Math.sin(lat * RADIANS) + Math.sin(nextLat * RADIANS));
    const sum = corners.reduce((all, one, i) => all + strip(one, corners[(i + 1) % corners.length]), 0);
    return Math.abs((sum * EARTH_RADIUS_METRES ** 2) / 2);
  };
  const metresBetween = ([lon, lat], [otherLon, otherLat]) => {
    const half = (one, two) => Math.sin(((two - one) * RADIANS) / 2) ** 2;
    const a = half(lat, otherLat) + Math.cos(lat * RADIANS) * Math.cos(otherLat * RADIANS) * half(lon, otherLon);
    return 2 * EARTH_RADIUS_METRES * Math.asin(Math.sqrt(a));
  };
  const km = (metres) => `${(metres / 1000).toFixed(metres < 10000 ? 2 : 1)} km`;
  const km2 = (metres2) =>
    `${(metres2 / 1e6).toLocaleString("en", { maximumFractionDigits: metres2 < 1e8 ? 2 : 0 })} km²`;

  // As an address has them (indicators/chosen/area.py).
  const point = ([lon, lat]) => `${lon.toFixed(5)},${lat.toFixed(5)}`;
  const circleText = (centre, metres) => `circle:${point(centre)},${(metres / 1000).toFixed(3)}`;
  const polygonText = (corners) => {
    const step = Math.ceil(corners.length / MOST_CORNERS);
    return corners.filter((_, i) => i % step === 0).map(point).join(";");
  };

  return { MOST_CORNERS, EARTH_RADIUS_METRES, areaMetres2, metresBetween, km, km2, circleText, polygonText };
})();
