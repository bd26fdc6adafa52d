// How a hand moves the maps, and how it passes them by: the plain wheel and one finger scroll the page, Ctrl (⌘) with
// the wheel and two fingers move the map, and who tries the former is told of the latter. Buttons and keys do the same.
(() => {
  const { CHART, FRAME, viewport, component, go, whenReady, chartAt, moved, whole } = window.atlasMaps;
  const TOLD_MS = 2000;
  const STEP_PX = 100;
  const ZOOM_STEP = 0.5;
  const IS_MAC = /Mac|iPhone|iPad/.test(navigator.platform);

  // Over the whole screen there is no page left to be scrolled.
  const isWholeScreen = (chart) => {
    const around = chart.closest("[data-testid=stFullScreenFrame]");
    const box = around && [around, ...around.querySelectorAll(":scope > *")];
    return Boolean(box && box.some((one) => getComputedStyle(one).position === "fixed"));
  };

  // --- what is said to a hand that is not served ----------------------------------------------------

  let silence = null;
  const tell = (chart, kind) => {
    const hint = chart.closest(FRAME)?.querySelector(".atlas-hint");
    if (!hint) return;
    const { top, bottom } = chart.getBoundingClientRect();
    const seen = [Math.max(top, 0), Math.min(bottom, window.innerHeight)]; // of the map, on the screen
    hint.style.top = `${(seen[0] + seen[1]) / 2 - top}px`;
    hint.textContent = hint.dataset[kind === "wheel" && IS_MAC ? "mac" : kind];
    hint.dataset.told = "";
    clearTimeout(silence);
    silence = setTimeout(() => delete hint.dataset.told, TOLD_MS);
  };

  // --- wheel ------------------------------------------------------------------------------------------

  // On its way down and before deck.gl hears it: what deck.gl does not hear, the browser does with the page.
  const turned = (event) => {
    const chart = chartAt(event.target);
    if (!chart || event.ctrlKey || event.metaKey || isWholeScreen(chart)) return;
    event.stopPropagation();
    tell(chart, "wheel");
  };
  window.addEventListener("wheel", turned, { capture: true, passive: true });

  // --- fingers ----------------------------------------------------------------------------------------

  // The style sheet leaves one finger to the browser (touch-action), and deck.gl does not hear of its first steps;
  // two fingers are kept from the browser.
  const down = new Set();
  const pointed = (event) => {
    if (event.pointerType !== "touch") return;
    if (event.type === "pointerdown") down.add(event.pointerId);
    if (event.type === "pointerup" || event.type === "pointercancel") down.delete(event.pointerId);
    const chart = event.type === "pointermove" && down.size < 2 && chartAt(event.target);
    if (chart && !isWholeScreen(chart)) event.stopPropagation();
  };
  for (const kind of ["pointerdown", "pointermove", "pointerup", "pointercancel"])
    window.addEventListener(kind, pointed, { capture: true, passive: true });
  const touched = (chart) => (event) => {
    if (event.touches.length > 1 && event.cancelable) event.preventDefault();
    else if (event.touches.length === 1 && !isWholeScreen(chart)) tell(chart, "touch");
  };

  // --- keys -------------------------------------------------------------------------------------------

  const zoomed = (chart, step) => {
    const found = component(chart);
    if (!found) return;
    const { zoom, minZoom = 0, maxZoom = 20 } = { ...found.props.viewState, zoom: viewport(chart)?.zoom };
    go(chart, { zoom: Math.min(Math.max(zoom + step, minZoom), maxZoom) });
    moved(chart);
  };
  const shifted = (chart, right, down) => {
    const seen = viewport(chart);
    if (!seen) return;
    const [longitude, latitude] = seen.unproject([seen.width / 2 + right * STEP_PX, seen.height / 2 + down * STEP_PX]);
    go(chart, { longitude, latitude });
    moved(chart);
  };
  const KEYS = {
    "+": (chart) => zoomed(chart, ZOOM_STEP),
    "=": (chart) => zoomed(chart, ZOOM_STEP),
    "-": (chart) => zoomed(chart, -ZOOM_STEP),
    _: (chart) => zoomed(chart, -ZOOM_STEP),
    0: whole,
    ArrowLeft: (chart) => shifted(chart, -1, 0),
    ArrowRight: (chart) => shifted(chart, 1, 0),
    ArrowUp: (chart) => shifted(chart, 0, -1),
    ArrowDown: (chart) => shifted(chart, 0, 1),
  };
  document.addEventListener("keydown", (event) => {
    const focused = event.target instanceof Element && event.target.closest(".deck-events-root");
    const act = focused && Object.hasOwn(KEYS, event.key) && KEYS[event.key];
    if (!act || event.ctrlKey || event.metaKey || event.altKey) return;
    event.preventDefault();
    act(chartAt(focused));
  });
  Object.assign(window.atlasMaps.buttons, {
    closer: (button, chart) => chart && zoomed(chart, 2 * ZOOM_STEP),
    farther: (button, chart) => chart && zoomed(chart, -2 * ZOOM_STEP),
  });

  // --- each chart, once it is there ---------------------------------------------------------------------

  // deck.gl sizes its canvas by the pixels that the browser counts for it; on a screen that is only imitated these are
  // fewer than the page has, and names would blur.
  const sharpen = (chart) => {
    const canvas = chart.querySelector("canvas");
    const isBlurred = canvas.width < canvas.clientWidth * window.devicePixelRatio - 2;
    if (isBlurred) component(chart).deck.setProps({ useDevicePixels: window.devicePixelRatio });
  };
  const name = (chart) => {
    const words = chart.closest(FRAME)?.querySelector("[data-keys]")?.dataset.keys;
    const root = chart.querySelector(".deck-events-root");
    if (!words || !root) return;
    root.setAttribute("role", "application");
    root.setAttribute("aria-label", words);
  };
  const known = new WeakSet();
  const onMeet = (window.atlasMaps.onMeet = []); // what else looks at a page that has changed
  const meet = () => {
    for (const chart of document.querySelectorAll(CHART)) {
      chart.toggleAttribute("data-atlas-whole-screen", isWholeScreen(chart));
      name(chart);
      if (known.has(chart)) continue;
      known.add(chart);
      chart.addEventListener("touchmove", touched(chart), { capture: true, passive: false });
      whenReady(chart, () => sharpen(chart));
    }
    onMeet.forEach((one) => one());
  };
  let isDue = false;
  new MutationObserver(() => {
    if (isDue) return;
    isDue = true;
    setTimeout(() => {
      isDue = false;
      meet();
    }, 100);
  }).observe(document.body, { childList: true, subtree: true });
  meet();
})();
