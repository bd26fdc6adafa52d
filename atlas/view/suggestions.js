// What the search box offers while somebody types: a combobox with a list below it. Without this script the box works as
// before: Enter opens the page Search.
//
// Streamlit draws the box anew when it likes, so no element of it is held: whatever happens is heard at the document.
// Choosing writes the code of a place into the box and presses Enter, so that the page changes as by any control.
(() => {
  if (window.atlasSuggestions) return;
  window.atlasSuggestions = true;
  const BOX = ".st-key-question input";
  const WAIT_MS = 120; // after the last letter
  const FOLLOW_MS = 2500; // then the link is followed as any other
  const LEAVE_MS = 8000; // a page may have to be made
  const BACK_MS = 500; // a step back takes no longer
  const KEPT = 60;
  const MARGIN_PX = 8;
  const WIDEST_PX = 520;

  const told = () => document.querySelector("[data-atlas-suggestions]");
  const boxOf = (event) => (event.target instanceof Element ? event.target.closest(BOX) : null);
  const box = () => document.querySelector(BOX);

  // --- the list ----------------------------------------------------------------------------------

  const make = (name, className, text) => {
    const made = document.createElement(name);
    if (className) made.className = className;
    if (text) made.textContent = text;
    return made;
  };
  const panel = make("div", "atlas-suggestions");
  const note = make("div", "atlas-suggestions-note");
  const list = make("div", "atlas-suggestions-list");
  const said = make("div", "atlas-hidden");
  panel.hidden = true;
  note.id = "atlas-suggestions-note";
  list.id = "atlas-suggestions";
  list.setAttribute("role", "listbox");
  said.setAttribute("role", "status");
  const basis = make("div", "atlas-suggestions-note");
  panel.append(note, list, basis);

  let isOurs = false; // what is written and pressed in the box now is written and pressed by this script
  let leaving = { until: 0, hasBegun: false };
  const leave = () => (leaving = { until: performance.now() + LEAVE_MS, hasBegun: false });
  let chosen = -1;
  let shownFor = null; // the question that the list answers
  let options = [];

  const attend = (input) => {
    const root = document.querySelector(".stApp") || document.body;
    if (panel.parentElement !== root) root.append(panel, said);
    list.setAttribute("aria-label", told() ? told().dataset.label : "");
    const marks = { role: "combobox", "aria-autocomplete": "list", "aria-haspopup": "listbox" };
    for (const [name, value] of Object.entries({ ...marks, "aria-controls": list.id, autocomplete: "off" })) {
      if (input.getAttribute(name) !== value) input.setAttribute(name, value);
    }
    input.setAttribute("enterkeyhint", "search");
    input.setAttribute("aria-expanded", String(!panel.hidden));
  };

  const close = () => {
    panel.hidden = true;
    point(-1);
    said.textContent = "";
    if (box()) box().setAttribute("aria-expanded", "false");
  };

  const place = () => {
    const input = box();
    const field = input && (input.closest("[data-baseweb=input]") || input);
    if (panel.hidden || !field) return;
    const around = field.getBoundingClientRect();
    if (around.bottom < 0 || around.top > window.innerHeight) return close();
    const whole = document.documentElement.clientWidth;
    const width = Math.min(Math.max(around.width, WIDEST_PX), whole - 2 * MARGIN_PX);
    const left = Math.min(Math.max(MARGIN_PX, around.left), whole - width - MARGIN_PX);
    const top = around.bottom + 4;
    const seen = window.visualViewport ? window.visualViewport.height : window.innerHeight; // above a phone's keyboard
    Object.assign(panel.style, { left: `${left}px`, top: `${top}px`, width: `${width}px` });
    panel.style.maxHeight = `${Math.max(132, seen - top - MARGIN_PX)}px`;
  };

  const point = (number) => {
    chosen = number;
    options.forEach((one, n) => one.setAttribute("aria-selected", String(n === chosen)));
    const input = box();
    if (!input) return;
    if (chosen < 0) input.removeAttribute("aria-activedescendant");
    else {
      input.setAttribute("aria-activedescendant", options[chosen].id);
      options[chosen].scrollIntoView({ block: "nearest" });
    }
  };

  const address = (page, changes) => {
    const url = new URL(told().dataset[page], document.baseURI);
    for (const [name, value] of Object.entries(changes)) url.searchParams.set(name, value);
    return url.href;
  };

  const option = (parts, href, typed) => {
    const made = make("a", "atlas-suggestion");
    made.id = `atlas-suggestion-${options.length}`;
    made.href = href;
    made.tabIndex = -1;
    made.dataset.typed = typed;
    made.setAttribute("role", "option");
    made.setAttribute("aria-selected", "false");
    made.append(...parts);
    options.push(made);
    list.append(made);
  };

  const nameOf = (item) => {
    const name = make("span", "atlas-suggestion-name");
    const letters = Array.from(item.name);
    const [from, to] = item.mark || [0, 0];
    name.append(letters.slice(0, from).join(""));
    if (to > from) name.append(make("mark", "", letters.slice(from, to).join("")));
    name.append(letters.slice(to).join(""));
    return name;
  };

  const stateOf = (item) => {
    const held = make("span", "atlas-suggestion-state");
    if (!item.state) return held;
    const shape = make("span", `atlas-mark atlas-mark-${item.state[0]}`, item.state[0] === "not_applicable" ? "–" : "");
    shape.setAttribute("aria-hidden", "true");
    const state = make("span", "atlas-state");
    state.append(shape, item.state[1]);
    held.append(state);
    if (item.evidence && item.evidence[0] === "simulated") {
      const badge = make("span", "atlas-badge atlas-badge-simulated");
      const sign = make("span", "", item.evidence[1]);
      sign.setAttribute("aria-hidden", "true");
      badge.append(sign, ` ${item.evidence[2]}`);
      held.append(badge);
    }
    return held;
  };

  const show = (question, found) => {
    const input = box();
    if (!input || document.activeElement !== input) return;
    attend(input);
    options = [];
    list.replaceChildren();
    for (const item of found.items) {
      const first = make("span", "atlas-suggestion-first");
      const blank = () => document.createTextNode(" ");
      first.append(nameOf(item), blank(), make("span", "atlas-muted", item.level));
      const lies = make("span", "atlas-suggestion-parents", item.parents);
      option([first, blank(), stateOf(item), blank(), lies], address("place", { place: item.id }), item.id);
    }
    if (found.more) option([make("span", "", found.more)], address("search", { q: question }), question);
    note.textContent = found.note || (found.items.length ? "" : found.said);
    note.hidden = !note.textContent;
    basis.textContent = found.basis || "";
    basis.hidden = !found.basis;
    said.textContent = found.said;
    shownFor = question;
    panel.hidden = false;
    point(-1);
    input.setAttribute("aria-expanded", String(options.length > 0));
    panel.scrollTop = 0;
    place();
  };

  // --- asking ------------------------------------------------------------------------------------

  const answers = new Map();
  let waiting = null;
  let asking = null;

  // What is still to come would open the list again beneath a hand that has gone on.
  const stopAsking = () => {
    clearTimeout(waiting);
    if (asking) asking.abort();
    asking = null;
  };

  const ask = async (question) => {
    stopAsking();
    const config = told();
    if (!config) return;
    const url = new URL(config.dataset.from, document.baseURI);
    url.searchParams.set("q", question);
    const known = answers.get(url.href);
    if (known) return show(question, known);
    const mine = new AbortController();
    asking = mine;
    try {
      const answer = await fetch(url, { signal: mine.signal });
      if (!answer.ok) throw new Error(String(answer.status));
      const found = await answer.json();
      answers.set(url.href, found);
      if (answers.size > KEPT) answers.delete(answers.keys().next().value);
      if (asking === mine && box() && box().value.trim() === question) show(question, found);
    } catch {
      if (asking === mine) close(); // no suggestions are better than old ones
    }
  };

  const typed = (input) => {
    clearTimeout(waiting);
    const question = input.value.trim();
    if (!question) {
      stopAsking();
      shownFor = null;
      return close();
    }
    waiting = setTimeout(() => ask(question), WAIT_MS);
  };

  // --- choosing ----------------------------------------------------------------------------------

  const follow = (one) => {
    const input = box();
    const href = one.href;
    const before = window.location.href;
    stopAsking();
    shownFor = null;
    leave();
    close();
    if (!input) return window.location.assign(href);
    input.focus();
    isOurs = true;
    Object.getOwnPropertyDescriptor(HTMLInputElement.prototype, "value").set.call(input, one.dataset.typed);
    input.dispatchEvent(new Event("input", { bubbles: true }));
    isOurs = false;
    setTimeout(() => {
      const enter = { key: "Enter", code: "Enter", keyCode: 13, which: 13, bubbles: true, cancelable: true };
      isOurs = true;
      input.dispatchEvent(new KeyboardEvent("keydown", enter));
      input.blur();
      isOurs = false;
    }, 30); // the box has taken in what was written by then
    setTimeout(() => {
      const stays = window.location.href === before && new URL(href).href !== before;
      if (stays) window.location.assign(href);
    }, FOLLOW_MS);
  };

  const moves = {
    ArrowDown: () => (chosen + 1 >= options.length ? 0 : chosen + 1),
    ArrowUp: () => (chosen <= 0 ? options.length - 1 : chosen - 1),
    Home: () => (chosen < 0 ? null : 0),
    End: () => (chosen < 0 ? null : options.length - 1),
  };

  const pressed = (event) => {
    const input = boxOf(event);
    if (!input || isOurs || event.isComposing || event.keyCode === 229 || event.ctrlKey || event.metaKey) return;
    const isOpen = !panel.hidden;
    if (event.key === "Escape" || event.key === "Tab") stopAsking();
    if (event.key === "Escape" && isOpen) {
      event.preventDefault();
      event.stopPropagation();
      return close();
    }
    if (event.key === "Enter") {
      stopAsking();
      if (isOpen && chosen >= 0) {
        event.preventDefault();
        event.stopPropagation();
        return follow(options[chosen]);
      }
      leave();
      return close(); // Streamlit takes it from here
    }
    if (event.key === "Tab") return close();
    if (!moves[event.key] || event.shiftKey || event.altKey) return;
    if (!isOpen) {
      if (event.key === "ArrowDown" && input.value.trim()) {
        event.preventDefault();
        ask(input.value.trim());
      }
      return;
    }
    const next = moves[event.key]();
    if (next === null || !options.length) return;
    event.preventDefault();
    point(next);
  };

  document.addEventListener("keydown", pressed, { capture: true });
  document.addEventListener("input", (event) => {
    const input = boxOf(event);
    if (input && !isOurs && !event.isComposing) typed(input);
  });
  document.addEventListener("compositionend", (event) => {
    const input = boxOf(event);
    if (input) typed(input);
  });
  document.addEventListener("focusin", (event) => {
    const input = boxOf(event);
    if (!input) return;
    attend(input);
    const question = input.value.trim();
    if (question && question === shownFor && options.length) {
      panel.hidden = false;
      input.setAttribute("aria-expanded", "true");
      place();
    }
  });
  // Leaving the box is no Enter: Streamlit would take it for one, and open the page Search.
  document.addEventListener(
    "focusout",
    (event) => {
      const input = boxOf(event);
      if (!input) return;
      close();
      if (!isOurs) event.stopPropagation();
    },
    { capture: true },
  );
  // A press on the list must not take the focus from the box before the click arrives.
  panel.addEventListener("mousedown", (event) => event.preventDefault());
  panel.addEventListener("click", (event) => {
    const one = event.target instanceof Element && event.target.closest(".atlas-suggestion");
    if (!one || event.ctrlKey || event.metaKey || event.shiftKey || event.button) return;
    event.preventDefault();
    follow(one);
  });
  panel.addEventListener("mousemove", (event) => {
    const one = event.target instanceof Element && event.target.closest(".atlas-suggestion");
    const number = one ? options.indexOf(one) : -1;
    if (number >= 0 && number !== chosen) point(number);
  });
  for (const kind of ["scroll", "resize"]) {
    window.addEventListener(kind, (event) => !panel.contains(event.target) && place(), { capture: true, passive: true });
  }
  if (window.visualViewport) window.visualViewport.addEventListener("resize", place);

  // On the way to another page Streamlit writes its new place into the address of the old one first. That would be a
  // step of its own, to which Back leads and which says what was never shown.
  const push = window.history.pushState.bind(window.history);
  window.history.pushState = (...written) => {
    const isSecond = leaving.hasBegun && performance.now() < leaving.until;
    const there = written[2] ? new URL(written[2], window.location.href) : window.location;
    if (isSecond && there.pathname !== window.location.pathname) {
      leaving.until = 0;
      return window.history.replaceState(...written);
    }
    leaving.hasBegun = true;
    return push(...written);
  };

  // Back to another page: Streamlit would show it with the place of the page that is left, whatever its address says.
  const SHOWN = ["place", "standard", "as_of", "lang"];
  window.addEventListener("popstate", () => {
    close();
    const config = told();
    if (!config) return;
    const [here, shown] = [new URL(window.location.href), new URL(config.dataset.place, document.baseURI)];
    const isOtherPage = here.pathname.split("/").pop() !== config.dataset.page;
    const differs = (name) => here.searchParams.has(name) && here.searchParams.get(name) !== shown.searchParams.get(name);
    if (isOtherPage && SHOWN.some(differs)) window.location.reload();
  });

  // A link that asks for one place only leads there, and Back from there to where the link stood. The address of a link
  // has been written out by now, as a step of its own.
  const forward = document.querySelector("[data-atlas-forward]");
  if (forward) {
    const there = new URL(forward.dataset.atlasForward, document.baseURI).href;
    const go = () => window.location.replace(there);
    const [arrived] = window.performance.getEntriesByType("navigation");
    if (arrived && arrived.name !== window.location.href) {
      window.addEventListener("popstate", go, { once: true });
      window.history.back();
      setTimeout(go, BACK_MS);
    } else go();
  }

  // Whoever hears the page is told what the box is before it is entered: each box that Streamlit draws, early or late.
  const attendNew = () => {
    const input = box();
    if (input && input.getAttribute("role") !== "combobox") attend(input);
  };
  new MutationObserver(attendNew).observe(document.body, { childList: true, subtree: true });
  attendNew();
  if (document.activeElement && document.activeElement.matches(BOX)) typed(document.activeElement); // quicker than this
})();
