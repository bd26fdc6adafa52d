// A map shows all of its place in the room that it has: the server chose a zoom for a frame of the usual size.
(() => {
  const { CHART, FRAME, viewport, position, go, whenReady, onMeet } = window.atlasMaps;
  const SAME = 2e-3; // of degrees and of zooms
  const SETTLED_MS = 150; // deck.gl learns of a new size a moment after the frame has it

  const numbers = (text) => text.split(",").map(Number);
  const zoomIn = ({ width, height }, [byWidth, byHeight, most]) =>
    Math.round(100 * Math.min(byWidth + Math.log2(width), byHeight + Math.log2(height), most)) / 100;

  // Whoever has moved the map, or came by a link to a part of it, stays there; the button leads to the fitted whole.
  const fit = (chart) => {
    const shown = chart.closest(FRAME)?.querySelector("[data-fills]");
    const seen = viewport(chart);
    if (!shown || !seen || !(seen.width > 1 && seen.height > 1)) return;
    const [longitude, latitude, zoom] = numbers(shown.dataset.whole);
    const better = zoomIn(seen, numbers(shown.dataset.fills));
    if (Math.abs(better - zoom) < SAME) return;
    const here = position(chart);
    const isUntouched = [here.longitude - longitude, here.latitude - latitude, here.zoom - zoom].every(
      (apart) => Math.abs(apart) < SAME,
    );
    shown.dataset.whole = [longitude, latitude, better].join(",");
    if (isUntouched) go(chart, { zoom: better });
  };

  const known = new WeakSet();
  const resized = new ResizeObserver((entries) => {
    for (const { target } of entries) setTimeout(() => fit(target), SETTLED_MS);
  });
  onMeet.push(() => {
    for (const chart of document.querySelectorAll(CHART)) {
      if (known.has(chart)) {
        fit(chart);
        continue;
      }
      known.add(chart);
      whenReady(chart, () => {
        fit(chart);
        resized.observe(chart);
      });
    }
  });
})();
