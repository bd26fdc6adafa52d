// An area drawn on a map of the page: a picture over the map takes the hand, everything beneath stays where it is.
// Corners are set by clicks or taps; what is drawn says how large it is and offers the list of the villages in it, whose
// address holds it. Words and the address come from the page's bar of tools, never from here.
(() => {
  const { viewport, go, chartOf, moved, component } = window.atlasMaps;
  const { MOST_CORNERS, EARTH_RADIUS_METRES, areaMetres2, metresBetween, km2, circleText, polygonText } =
    window.atlasSizes;
  const SVG = "http://www.w3.org/2000/svg";
  const CIRCLE_CORNERS = 64;
  const MOST_RADIUS_METRES = 2e6;
  const CLICK_PX = 6; // a hand that moves less has clicked
  const CLOSE_PX = 14; // to the first corner, to close a polygon
  const CORNERS_OF = { polygon: 3, rectangle: 2, circle: 2 };

  // What is drawn. points: longitude and latitude of what was clicked; next: where the hand is.
  let drawn = null; // { shape, points, next, isDone }
  const bar = () => document.querySelector("[data-atlas-draw]");
  const chart = () => (bar() ? chartOf(bar().dataset.atlasDraw) : null);
  const isDrawing = () => Boolean(drawn && !drawn.isDone);

  // --- the area ---------------------------------------------------------------------------------------

  const radius = ([centre, edge]) => Math.min(metresBetween(centre, edge), MOST_RADIUS_METRES);
  const around = ([lon, lat], metres) => {
    const up = metres / EARTH_RADIUS_METRES / (Math.PI / 180);
    const across = up / Math.cos((lat * Math.PI) / 180);
    const angles = [...Array(CIRCLE_CORNERS).keys()].map((step) => (2 * Math.PI * step) / CIRCLE_CORNERS);
    return angles.map((angle) => [lon + across * Math.cos(angle), lat + up * Math.sin(angle)]);
  };
  const corners = () => {
    const { shape, points, next, isDone } = drawn;
    const all = isDone || !next ? points : [...points, next];
    if (shape === "polygon" || all.length < 2) return all;
    const [[west, south], [east, north]] = all;
    if (shape === "rectangle") return [[west, south], [east, south], [east, north], [west, north]]; // prettier-ignore
    return around(all[0], radius(all));
  };
  const text = () => (drawn.shape === "circle" ? circleText(drawn.points[0], radius(drawn.points)) : polygonText(corners()));
  const read = (said) => {
    const circle = /^circle:([-.\d]+),([-.\d]+),([.\d]+)$/.exec(said);
    if (circle) {
      const [lon, lat, km] = circle.slice(1).map(Number);
      const edge = [lon, lat + (km * 1000) / EARTH_RADIUS_METRES / (Math.PI / 180)];
      return { shape: "circle", points: [[lon, lat], edge], isDone: true };
    }
    return { shape: "polygon", points: said.split(";").map((one) => one.split(",").map(Number)), isDone: true };
  };

  // --- the picture --------------------------------------------------------------------------------------

  const picture = () => {
    const shown = chart();
    const hand = shown && shown.closest(window.atlasMaps.FRAME).querySelector(".atlas-hand");
    if (!hand) return null;
    let svg = hand.querySelector("svg");
    if (!svg) {
      svg = document.createElementNS(SVG, "svg");
      svg.classList.add("atlas-drawn");
      svg.append(...["casing", "line", "dots"].map((name) => {
        const path = document.createElementNS(SVG, "path");
        path.classList.add(`atlas-drawn-${name}`);
        return path;
      }));
      listen(svg);
      hand.prepend(svg);
    }
    return svg;
  };

  const written = (pixels, isClosed) =>
    pixels.map(([x, y], i) => `${i ? "L" : "M"}${x.toFixed(1)} ${y.toFixed(1)}`).join("") + (isClosed ? "Z" : "");
  let painted = "";
  let isFollowing = false; // the map, frame by frame, as long as there is something on it
  const paint = () => {
    trace();
    if (!drawn || isFollowing) return;
    isFollowing = true;
    requestAnimationFrame(follow);
  };
  const follow = () => {
    isFollowing = Boolean(drawn && chart());
    trace();
    if (isFollowing) requestAnimationFrame(follow);
  };
  const trace = () => {
    const svg = picture();
    const seen = svg && viewport(chart());
    if (!seen) return;
    const state = JSON.stringify([drawn, seen.longitude, seen.latitude, seen.zoom, seen.width, seen.height]);
    if (state === painted && svg.dataset.painted) return;
    painted = state;
    svg.dataset.painted = "";
    svg.toggleAttribute("data-drawing", isDrawing());
    svg.setAttribute("width", seen.width);
    svg.setAttribute("height", seen.height);
    const pixels = drawn ? corners().map((one) => seen.project(one)) : [];
    const outline = written(pixels, pixels.length > 2);
    const dots = drawn && isDrawing() ? drawn.points.map((one) => seen.project(one)) : [];
    const [casing, line, marks] = svg.children;
    casing.setAttribute("d", outline);
    line.setAttribute("d", outline);
    marks.setAttribute("d", dots.map(([x, y]) => `M${x - 4} ${y - 4}h8v8h-8Z`).join(""));
    tell();
  };

  // --- the bar of tools -----------------------------------------------------------------------------------

  const tell = () => {
    const tools = bar();
    if (!tools) return;
    const isEnough = drawn && drawn.points.length >= CORNERS_OF[drawn.shape];
    const shapes = tools.querySelectorAll("[data-shape]");
    // While one draws, the bar has just what that needs: it must not grow, or the map beneath it would move.
    shapes.forEach((one) => {
      one.setAttribute("aria-pressed", String(isDrawing() && drawn.shape === one.dataset.shape));
      one.hidden = isDrawing() && drawn.shape !== one.dataset.shape;
    });
    tools.querySelectorAll("[data-while]").forEach((one) => {
      one.hidden = isDrawing() !== (one.dataset.while === "drawing");
    });
    tools.querySelector("[data-atlas-do=drawUndo]").disabled = !isDrawing() || !drawn.points.length;
    tools.querySelector("[data-atlas-do=drawDone]").disabled = !isDrawing() || !isEnough;
    const size = drawn && corners().length > 2 ? km2(areaMetres2(corners())) : "";
    const hint = isDrawing() ? tools.querySelector(`[data-shape=${drawn.shape}]`).dataset.hint : "";
    const said = [size, hint].filter(Boolean).join(" · ");
    const output = tools.querySelector("output");
    if (output.textContent !== said) output.textContent = said;
    const link = tools.querySelector("a");
    if (drawn && drawn.isDone) link.setAttribute("href", `${tools.dataset.href}&area=${encodeURIComponent(text())}`);
    // What the address holds already is listed beneath: there is nothing to follow.
    link.hidden = !(drawn && drawn.isDone) || drawn.isAsked;
  };

  const start = (shape) => {
    drawn = { shape, points: [], next: null, isDone: false };
    painted = "";
    paint();
  };
  const asked = () => {
    const said = bar()?.dataset.area;
    drawn = said ? { ...read(said), isAsked: true } : null;
    painted = "";
    paint();
    tell();
  };
  const done = () => {
    if (!isDrawing() || drawn.points.length < CORNERS_OF[drawn.shape]) return;
    drawn = { ...drawn, next: null, isDone: true };
    paint();
    tell();
    bar().querySelector("a").focus({ preventScroll: true });
  };
  const undo = () => {
    if (isDrawing()) drawn = { ...drawn, points: drawn.points.slice(0, -1), next: null };
    paint();
  };
  const seenWhole = () => {
    const seen = chart() && viewport(chart());
    if (!seen) return;
    const [west, north] = seen.unproject([0, 0]);
    const [east, south] = seen.unproject([seen.width, seen.height]);
    drawn = { shape: "rectangle", points: [within([west, south]), within([east, north])], isDone: false };
    paint();
    done();
  };
  Object.assign(window.atlasMaps.buttons, {
    draw: (button) => (isDrawing() && drawn.shape === button.dataset.shape ? asked() : start(button.dataset.shape)),
    drawView: seenWhole,
    drawUndo: undo,
    drawDone: done,
    drawCancel: asked,
  });

  document.addEventListener(
    "keydown",
    (event) => {
      if (!isDrawing() || event.target.closest("input, select, textarea")) return;
      const act = { Escape: asked, Enter: drawn.points.length >= CORNERS_OF[drawn.shape] && done, Backspace: undo }[event.key];
      if (!act) return;
      event.preventDefault();
      event.stopPropagation();
      act();
    },
    { capture: true },
  );

  // --- the hand -------------------------------------------------------------------------------------------

  const within = ([lon, lat]) => [Math.min(Math.max(lon, -180), 180), Math.min(Math.max(lat, -84.9), 84.9)];
  const placed = (svg, event) => {
    const box = svg.getBoundingClientRect();
    return [event.clientX - box.left, event.clientY - box.top];
  };
  const apart = ([x, y], [u, v]) => Math.hypot(x - u, y - v);

  // The map moves so that what was seen at one pixel is seen at another, `scale` times as large.
  const drag = (seen, from, to, scale = 1) => {
    const { minZoom = 0, maxZoom = 20 } = component(chart()).props.viewState;
    const zoom = Math.min(Math.max(seen.zoom + Math.log2(scale), minZoom), maxZoom);
    const grown = 2 ** (zoom - seen.zoom);
    const middle = [from[0] + (seen.width / 2 - to[0]) / grown, from[1] + (seen.height / 2 - to[1]) / grown];
    const [longitude, latitude] = seen.unproject(middle);
    go(chart(), { longitude, latitude, zoom });
    moved(chart());
  };

  const set = (seen, pixel) => {
    const { shape, points } = drawn;
    const isFirst = points.length > 2 && apart(seen.project(points[0]), pixel) < CLOSE_PX;
    const isLast = points.length && apart(seen.project(points[points.length - 1]), pixel) < 2; // of a double click
    if (shape === "polygon" && (isFirst || isLast)) {
      done();
      return;
    }
    drawn = { ...drawn, points: [...points, within(seen.unproject(pixel))], next: null };
    if (shape === "polygon" ? drawn.points.length >= MOST_CORNERS : drawn.points.length === 2) done();
  };

  const listen = (svg) => {
    const fingers = new Map();
    let held = null; // what a hand began: { seen, from, isMoved }, of two fingers { seen, middle, width }
    const middleOf = () => {
      const [[x, y], [u, v]] = fingers.values();
      return { middle: [(x + u) / 2, (y + v) / 2], width: Math.max(apart([x, y], [u, v]), 1) };
    };
    svg.addEventListener("pointerdown", (event) => {
      if (event.button) return;
      const seen = viewport(chart());
      const from = placed(svg, event);
      fingers.set(event.pointerId, from);
      svg.setPointerCapture(event.pointerId);
      held = fingers.size === 2 ? { seen, ...middleOf() } : { seen, from, isMoved: false };
      event.preventDefault(); // no text is chosen, no image dragged
    });
    svg.addEventListener("pointermove", (event) => {
      const at = placed(svg, event);
      const seen = viewport(chart());
      if (fingers.has(event.pointerId)) fingers.set(event.pointerId, at);
      if (held && held.middle && fingers.size === 2) {
        const now = middleOf();
        drag(held.seen, held.middle, now.middle, now.width / held.width);
        return;
      }
      if (held && held.from) held.isMoved ||= apart(held.from, at) > CLICK_PX;
      if (held && held.isMoved && drawn.shape === "polygon") drag(held.seen, held.from, at);
      else if (held && held.isMoved && !drawn.points.length) set(held.seen, held.from);
      if (isDrawing() && drawn.points.length) drawn = { ...drawn, next: within(seen.unproject(at)) };
    });
    const lifted = (event) => {
      const at = placed(svg, event);
      const isAlone = fingers.size === 1;
      fingers.delete(event.pointerId);
      const was = held;
      held = null;
      if (event.type === "pointercancel" || !isAlone || !was || !was.from || !isDrawing()) return;
      if (!was.isMoved || drawn.shape !== "polygon") set(viewport(chart()), at);
    };
    svg.addEventListener("pointerup", lifted);
    svg.addEventListener("pointercancel", lifted);
    svg.addEventListener("wheel", (event) => {
      if (!event.ctrlKey && !event.metaKey) return;
      event.preventDefault();
      const at = placed(svg, event);
      drag(viewport(chart()), at, at, 2 ** (-event.deltaY / 200));
    }, { passive: false });
  };

  // A page that was drawn anew has another bar, with what its address asks for.
  let known = null;
  const meet = () => {
    const tools = bar();
    const said = tools && `${tools.dataset.href} ${tools.dataset.area}`;
    if (said !== known && !(said && isDrawing())) {
      known = said;
      asked();
    } else if (tools) {
      paint();
      tell();
    }
  };
  window.atlasMaps.onMeet.push(meet);
})();
