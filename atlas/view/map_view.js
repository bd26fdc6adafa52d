// The maps of a page keep their position in the address, go in step, copy it, and say what did not arrive.
(() => {
  const { FRAME, position, go, keyOf, chartOf, chartAt, chartBeside } = window.atlasMaps; // map_chart.js
  const SETTLED_MS = 400;
  const IN_STEP_MS = 1500; // a thrown map glides on for a while
  const CATCH_UP_MS = 60000; // on a slow machine the others are behind when the leader is at rest
  const FRAMES_AT_REST = 12; // and its own last moves come some frames after the hand has gone
  const DATA = /(^|\/)(tiles|choropleth|hot-spots|pilots)\//;

  // --- the position in the address ---------------------------------------------------------------

  const controls = () => document.querySelector("[data-atlas-view]"); // of the one map whose position is kept

  const addressHere = () => {
    const box = controls();
    const at = box && position(chartOf(box.dataset.atlasView));
    const url = new URL(window.location.href);
    if (at) {
      const text = [at.longitude.toFixed(5), at.latitude.toFixed(5), at.zoom.toFixed(3)].join(",");
      url.searchParams.set("at", text);
    }
    return url;
  };

  // Streamlit writes the address of each view anew and does not read it again between reruns: as long as the
  // place stays, the position in it is the browser's affair. On the way to another page Streamlit takes the map
  // away first and then writes the old address once more, so whose affair it was is remembered.
  const KEEPERS = "[data-atlas-view], iframe[src*='maps/']"; // the gap map; the close-up of a county
  const write = window.history.replaceState.bind(window.history);
  const nameOf = (url) => `${url.pathname}?${url.searchParams.get("place")}`;
  let own = null;
  const isOwn = (url) => {
    if (document.querySelector(KEEPERS)) own = nameOf(url);
    return own === nameOf(url);
  };
  const withPosition = (address) => {
    const [here, there] = [new URL(window.location.href), new URL(address, window.location.href)];
    if (!isOwn(here) || here.searchParams.get("place") !== there.searchParams.get("place")) return address;
    const at = here.searchParams.get("at");
    if (at) there.searchParams.set("at", at);
    else there.searchParams.delete("at");
    return there.href;
  };
  const push = window.history.pushState.bind(window.history);
  const written = (anew) => (state, title, address) => {
    const there = address ? withPosition(String(address)) : address;
    // The same address twice would take a second press of Back to leave.
    const isSame = address && new URL(there, window.location.href).href === window.location.href;
    return (isSame ? write : anew)(state, title, there);
  };
  window.history.pushState = written(push);
  window.history.replaceState = written(write);

  // Writes where a map is by now; the close-up, in a frame of its own, calls it too.
  const keep = (there) => {
    isOwn(new URL(window.location.href));
    write(window.history.state, "", there);
  };
  const keepPosition = () => {
    const there = addressHere();
    const box = controls();
    const isUntouched = box && !new URL(window.location.href).searchParams.has("at") && isWhole(there);
    if (!isUntouched) keep(there); // a mere click moves nothing
  };
  const isWhole = (address) => {
    const shown = chartOf(controls().dataset.atlasView).closest(FRAME).querySelector("[data-whole]");
    const whole = shown.dataset.whole.split(",").map(Number);
    const at = (address.searchParams.get("at") || "").split(",").map(Number);
    return whole.every((number, i) => Math.abs(number - at[i]) < 1e-3);
  };

  let settling = null;
  const moved = (chart) => {
    const box = controls();
    if (box && keyOf(chart) === box.dataset.atlasView) {
      clearTimeout(settling);
      settling = setTimeout(keepPosition, SETTLED_MS);
    }
    leadOthers(chart);
  };

  // --- maps in step ------------------------------------------------------------------------------

  let leader = null;
  let until = 0;
  let isRunning = false;
  let restingFrames = 0;
  let seen = null;
  const leadOthers = (chart) => {
    const group = document.querySelector("[data-atlas-in-step]");
    const keys = group ? group.dataset.atlasInStep.split(" ") : [];
    if (!keys.includes(keyOf(chart))) return;
    leader = { chart, keys };
    until = performance.now() + IN_STEP_MS;
    restingFrames = 0;
    if (!isRunning) {
      isRunning = true;
      requestAnimationFrame(follow);
    }
  };
  const follow = () => {
    const there = position(leader.chart);
    let isBehind = false;
    for (const key of leader.keys) {
      const other = chartOf(key);
      if (!there || !other || other === leader.chart) continue;
      const here = position(other);
      if (!here || Object.keys(there).every((name) => Math.abs(here[name] - there[name]) < 1e-6)) continue;
      isBehind = true;
      go(other, there);
    }
    const isMoving = !there || !seen || Object.keys(there).some((name) => there[name] !== seen[name]);
    seen = there;
    restingFrames = isBehind || isMoving ? 0 : restingFrames + 1;
    const now = performance.now();
    isRunning = now < until || (restingFrames < FRAMES_AT_REST && now < until + CATCH_UP_MS);
    if (isRunning) requestAnimationFrame(follow);
  };

  for (const kind of ["wheel", "pointerdown", "pointermove", "pointerup", "touchmove", "dblclick", "keyup"]) {
    const heard = (event) => {
      const chart = chartAt(event.target);
      const isPassing = kind === "pointermove" && !event.buttons; // a mouse that only passes by moves nothing
      if (chart && !isPassing) moved(chart);
    };
    document.addEventListener(kind, heard, { capture: true, passive: true });
  }

  // --- buttons -----------------------------------------------------------------------------------

  const copy = async (button) => {
    const link = addressHere().href;
    const said = button.parentElement.querySelector("output");
    const shown = button.parentElement.querySelector("input");
    try {
      await navigator.clipboard.writeText(link);
      said.textContent = button.dataset.done;
      setTimeout(() => (said.textContent = ""), 4000);
    } catch {
      shown.hidden = false; // no clipboard without https: the link stands ready to be copied by hand
      shown.value = link;
      shown.select();
    }
  };

  // All of the place again, where the map was opened first; the address needs no position for that.
  const whole = (chart) => {
    const shown = chart.closest(FRAME).querySelector("[data-whole]");
    const [longitude, latitude, zoom] = shown.dataset.whole.split(",").map(Number);
    go(chart, { longitude, latitude, zoom });
    moved(chart);
    const box = controls();
    if (!box || keyOf(chart) !== box.dataset.atlasView) return;
    const url = new URL(window.location.href);
    url.searchParams.delete("at");
    keep(url);
  };

  // A link to this place under other filters takes along the position that the map has by now.
  document.addEventListener(
    "click",
    (event) => {
      const link = event.target instanceof Element && event.target.closest("a[href^='?']");
      if (!link) return;
      link.href = withPosition(link.href);
    },
    { capture: true },
  );

  document.addEventListener("click", (event) => {
    const button = event.target instanceof Element && event.target.closest("[data-atlas-do]");
    if (!button) return;
    window.atlasMaps.buttons[button.dataset.atlasDo]?.(button, chartBeside(button));
  });
  Object.assign(window.atlasMaps, { keep, moved, whole });
  window.atlasMaps.buttons = {
    copy,
    whole: (button, chart) => whole(chart),
    reload: () => window.location.reload(),
  };

  // --- data that did not arrive ------------------------------------------------------------------

  const missing = () => document.querySelectorAll("[data-atlas-missing]").forEach((one) => (one.hidden = false));
  const ask = window.fetch;
  window.fetch = async (...args) => {
    const address = String(args[0] && args[0].url ? args[0].url : args[0]);
    try {
      const answer = await ask(...args);
      if (!answer.ok && DATA.test(address)) missing();
      return answer;
    } catch (error) {
      if (error.name !== "AbortError" && DATA.test(address)) missing();
      throw error;
    }
  };
})();
