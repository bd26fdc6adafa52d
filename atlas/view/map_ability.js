// Whether this browser can draw maps that move. It stands in the head of every page, before the app begins, and what it
// finds goes to the server as a cookie of this visit: only a browser that cannot has one, and it gets pictures at once.
(() => {
  const COOKIE = "atlas_maps";
  const isFramed = window.self !== window.top && window.location.protocol === "https:";
  const rules = isFramed ? "; SameSite=None; Secure; Partitioned" : "; SameSite=Lax";
  const say = (word) => {
    document.cookie = word ? `${COOKIE}=${word}${rules}` : `${COOKIE}=; Max-Age=0${rules}`;
  };
  const remembered = (...word) => {
    try {
      if (word.length) sessionStorage.setItem(COOKIE, ...word);
      return sessionStorage.getItem(COOKIE);
    } catch {
      return null; // a browser that keeps nothing: it is asked on every page
    }
  };
  const canDraw = () => {
    try {
      const drawing = document.createElement("canvas").getContext("webgl2");
      drawing?.getExtension("WEBGL_lose_context")?.loseContext();
      return Boolean(drawing);
    } catch {
      return false;
    }
  };
  if (!remembered()) {
    const word = canDraw() ? "" : "none";
    if (word || document.cookie.includes(`${COOKIE}=`)) say(word);
    if (!word) remembered("drawn");
  }

  // The file that draws did not arrive, or not whole: pictures, until somebody asks for the map again.
  window.addEventListener("vite:preloadError", (event) => {
    const isOfMaps = /DeckGl/.test(String(event.payload?.message || event.payload));
    if (!isOfMaps || remembered() === "failed") return;
    remembered("failed");
    say("failed");
    window.location.reload();
  });
  document.addEventListener("click", (event) => {
    if (!(event.target instanceof Element) || !event.target.closest("[data-atlas-maps-again]")) return;
    remembered("");
    say("");
    window.location.reload();
  });
})();
