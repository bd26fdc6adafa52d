// "What is this number" opens beside the page, not instead of it. Without this script, or where the answer does not
// come, the link leads to the page Methods as it stands.
(() => {
  if (window.atlasBeside) return;
  window.atlasBeside = true;
  const LONGEST_WAIT_MS = 8000;

  const element = (name, className, text) => {
    const made = document.createElement(name);
    made.className = className;
    if (text) made.textContent = text;
    return made;
  };

  const open = (link, explanation) => {
    const panel = element("dialog", "atlas-beside stHtml");
    panel.setAttribute("aria-label", link.title);
    const close = element("button", "atlas-icon-button", "×");
    close.type = "button";
    close.setAttribute("aria-label", link.dataset.close);
    close.addEventListener("click", () => panel.close());
    const inside = element("div", "atlas-beside-text");
    inside.innerHTML = explanation; // our own server's, every name in it escaped
    const onward = element("a", "", link.dataset.onward);
    onward.href = link.href;
    panel.append(close, inside, onward);
    panel.addEventListener("click", (event) => event.target === panel && panel.close()); // beside it
    panel.addEventListener("close", () => {
      panel.remove();
      link.focus();
    });
    (document.querySelector(".stApp") || document.body).append(panel);
    panel.showModal();
  };

  document.addEventListener("click", async (event) => {
    const link = event.target instanceof Element && event.target.closest("a[data-atlas-about]");
    if (!link || event.button || event.metaKey || event.ctrlKey || event.shiftKey || event.altKey) return;
    event.preventDefault();
    try {
      const answer = await fetch(link.dataset.atlasAbout, { signal: AbortSignal.timeout(LONGEST_WAIT_MS) });
      if (!answer.ok) throw new Error(String(answer.status));
      open(link, await answer.text());
    } catch {
      window.location.assign(link.href);
    }
  });
})();
