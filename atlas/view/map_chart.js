// What the scripts of the maps share: where a map's chart is, deck.gl's own object in it, and how it is moved.
// Streamlit gives its map no view event; both are found through the chart's React component. Where a later Streamlit
// hides them, the address keeps no position, buttons and keys move nothing, and everything else works as before.
(() => {
  const CHART = "[data-testid=stDeckGlJsonChart]";
  const FRAME = "[class*=st-key-map_frame_]";
  const WAIT_MS = 250;
  const MOST_WAITS = 240; // a minute: a slow line brings deck.gl late

  const component = (chart) => {
    let fiber = null;
    for (let node = chart && chart.querySelector("canvas"); node && !fiber; node = node.parentElement) {
      const key = Object.keys(node).find((name) => name.startsWith("__reactFiber$"));
      fiber = key ? node[key] : null;
    }
    for (; fiber; fiber = fiber.return) {
      const props = fiber.memoizedProps;
      if (props && props.onViewStateChange && props.viewState) return { props, deck: deckOf(fiber) };
    }
    return null;
  };

  const deckOf = (fiber) => {
    for (let hook = fiber.memoizedState; hook; hook = hook.next) {
      const held = hook.memoizedState;
      const tried = [held, held && held.current, Array.isArray(held) && held[0]];
      const found = tried.find((one) => one && one.deck && one.deck.isInitialized);
      if (found) return found.deck;
    }
    return null;
  };

  // What deck.gl sees now: its viewport knows the way from degrees to pixels of the chart and back.
  const viewport = (chart) => {
    const found = component(chart);
    return (found && found.deck && found.deck.getViewports()[0]) || null;
  };

  const position = (chart) => {
    const found = component(chart);
    if (!found) return null;
    const seen = viewport(chart) || found.props.viewState;
    return { longitude: seen.longitude, latitude: seen.latitude, zoom: seen.zoom };
  };

  const go = (chart, there) => {
    const found = component(chart);
    if (found) found.props.onViewStateChange({ viewState: { ...found.props.viewState, ...there } });
  };

  // Once deck.gl has begun to draw; never, where it does not.
  const whenReady = (chart, use, waits = 0) => {
    if (viewport(chart)) use();
    else if (chart.isConnected && waits < MOST_WAITS) setTimeout(() => whenReady(chart, use, waits + 1), WAIT_MS);
  };

  const keyOf = (chart) => {
    const frame = chart.closest(FRAME);
    const name = frame && [...frame.classList].find((one) => one.startsWith("st-key-map_frame_"));
    return name ? name.slice("st-key-map_frame_".length) : null;
  };
  const chartOf = (key) => document.querySelector(`.st-key-map_frame_${key} ${CHART}`);
  const chartAt = (element) => (element instanceof Element ? element.closest(CHART) : null);
  const chartBeside = (element) => element.closest(FRAME)?.querySelector(CHART) || null;

  Object.assign(window.atlasMaps, {
    CHART, FRAME, component, viewport, position, go, whenReady, keyOf, chartOf, chartAt, chartBeside,
  });
})();
