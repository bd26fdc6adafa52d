// Between a page's first HTML and the app that takes over: where Streamlit finds its server, and until when the text
// stays. Stands in the head, before Streamlit's own scripts.
(() => {
  // All pages lie side by side in one folder. Left to itself Streamlit looks for its server beneath the page first.
  const folder = new URL(".", window.location.href).href;
  // Told what else it would ask for, it opens its line at once instead of after a question and an answer. The only
  // origin that may send it orders is the page's own, which could give them anyway.
  const HOST_CONFIG = { allowedOrigins: [window.location.origin], useExternalAuthToken: false };
  window.__streamlit = { ...window.__streamlit, BACKEND_BASE_URL: folder, HOST_CONFIG };

  // Until the app says its own headline, or that it has none, the text covers it.
  const WAITS = "atlas-waits";
  const SPEAKS = "#root :is(h1, [data-testid=stAlert], [data-testid=stException])";
  const SETTLES_MS = 120; // what stands above the headline finds its place
  const page = document.documentElement;
  const leave = () => {
    document.getElementById("atlas-first")?.remove();
    page.classList.remove(WAITS);
  };
  page.classList.add(WAITS);
  const observer = new MutationObserver(() => {
    if (!document.querySelector(SPEAKS)) return;
    observer.disconnect();
    setTimeout(leave, SETTLES_MS);
  });
  observer.observe(page, { childList: true, subtree: true });
})();
