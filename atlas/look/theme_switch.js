// Dark or light as the visitor chose last, on every page, and the button that changes it without a reload.
//
// Streamlit remembers a theme for the path that a visit began on. Ours is remembered once, and told to Streamlit before
// it starts: this script stands in the head of the page. Where a later Streamlit keeps its themes elsewhere, the button
// still remembers, and loads the page again.
(() => {
  if (window.atlasTheme) return;
  window.atlasTheme = true;
  const OURS = "atlas-theme";
  const STREAMLITS = `stActiveTheme-${window.location.pathname}-v2`;
  const NEAR_THE_ROOT = 200; // parts of the app that are looked through for its themes

  const remembered = () => {
    try {
      return window.localStorage.getItem(OURS);
    } catch {
      return null; // a browser that remembers nothing follows its system
    }
  };
  const remember = (theme) => {
    const name = theme === "dark" ? "Dark" : "Light";
    try {
      window.localStorage.setItem(OURS, theme);
      window.localStorage.setItem(STREAMLITS, JSON.stringify(name));
    } catch {
      // see above
    }
  };

  const themes = () => {
    const root = document.getElementById("root");
    const key = root && Object.keys(root).find((name) => name.startsWith("__reactContainer$"));
    const waiting = key ? [root[key]] : [];
    for (let seen = 0; waiting.length && seen < NEAR_THE_ROOT; seen += 1) {
      const part = waiting.pop();
      const held = part.memoizedProps && part.memoizedProps.theme;
      if (held && held.setTheme && held.availableThemes) return held;
      waiting.push(...[part.sibling, part.child].filter(Boolean));
    }
    return null;
  };

  // Maps and charts are coloured by the server: it is asked by the key that Streamlit has for it.
  const drawAnew = () => {
    const press = { key: "r", code: "KeyR", keyCode: 82, which: 82, bubbles: true };
    document.body.dispatchEvent(new KeyboardEvent("keydown", press));
    document.body.dispatchEvent(new KeyboardEvent("keyup", press));
  };

  const turn = (theme) => {
    remember(theme);
    const held = themes();
    const ending = theme === "dark" ? "Dark" : "Light";
    const wanted = held && held.availableThemes.find((one) => String(one.name).endsWith(ending));
    if (!wanted) {
      window.location.reload();
      return;
    }
    held.setTheme(wanted);
    setTimeout(drawAnew, 100); // once the app knows its theme
  };

  const before = remembered();
  if (before === "dark" || before === "light") {
    remember(before);
    document.documentElement.dataset.atlasTheme = before; // for what stands there before the app does
  }
  document.addEventListener("click", (event) => {
    const button = event.target instanceof Element && event.target.closest("[data-atlas-turn]");
    if (button) turn(button.dataset.atlasTurn);
  });
})();
