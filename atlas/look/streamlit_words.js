// Streamlit's own words in the visitor's language: it has none but English. Exact texts only, never ours.
// And its drawer of menus as screen readers can take it, the page's language, its buttons for printing and copying.
(words, language) => {
  const NAMES = ["aria-label", "title", "placeholder"];
  const OURS = ".stHtml, [data-testid=stMarkdownContainer], table";
  const UPLOADER = "[data-testid=stFileUploaderDropzone]"; // its button looks like ours, and its limit has a number
  const LIMIT = "per file";
  const HELP = "Help for "; // and then what it helps with
  const ADD = "Add: "; // and then what was typed, which changes with each letter
  const WAITED = "[data-testid=stSpinner] span"; // how long already, written anew ten times a second
  const waited = (text, said) => text.replace(/[a-z]+/g, (unit) => said[unit] ?? said[`${unit}s`] ?? unit);
  const state = (window.atlasWords ||= { back: {} });
  const translate = (root, said) => {
    const elements = root.querySelectorAll ? [root, ...root.querySelectorAll("*")] : [];
    for (const one of elements) {
      for (const name of NAMES) {
        const text = one.getAttribute && one.getAttribute(name);
        if (text && Object.hasOwn(said, text)) one.setAttribute(name, said[text]);
        const help = text && Object.keys(said).find((word) => [word, said[word]].includes(HELP) && text.startsWith(word));
        if (help) one.setAttribute(name, said[help] + text.slice(help.length));
      }
      const isUploader = one.closest && one.closest(UPLOADER);
      if (!isUploader && one.closest && one.closest(OURS)) continue;
      for (const child of one.childNodes) {
        const text = child.nodeType === Node.TEXT_NODE ? child.textContent.trim() : "";
        if (text && Object.hasOwn(said, text)) child.textContent = said[text];
        else if (Object.hasOwn(said, ADD) && text.startsWith(ADD)) child.textContent = said[ADD] + text.slice(ADD.length);
        else if (text && one.matches(WAITED)) {
          const told = waited(text, said);
          if (told !== text) child.textContent = told; // the same again would be a change without end
        } else if (isUploader) {
          const limit = Object.keys(said).find((word) => [word, said[word]].includes(LIMIT) && text.includes(word));
          if (limit) child.textContent = text.replace(limit, said[limit]);
        }
      }
    }
  };
  // Ten buttons "Open" are ten riddles for who hears them: each is told apart by what it belongs to.
  const CONTROLS = "button, summary";
  const FIELDS = ["Selectbox", "MultiSelect", "NumberInput", "TextInput", "DateInput", "FileUploader", "Expander"];
  const FIELD = FIELDS.map((one) => `[data-testid=st${one}]`).join(", ");
  const seenWords = (one) => {
    const copy = one.cloneNode(true);
    copy.querySelectorAll("[aria-hidden=true]").forEach((sign) => sign.remove()); // icons are words of a font
    return copy.textContent.trim();
  };
  const nameOf = (one) => one.dataset.atlasOwn || one.getAttribute("aria-label") || seenWords(one);
  const belongsTo = (one, headings) => {
    const field = one.closest(FIELD);
    const label = field && field.querySelector("label, summary, [aria-label]:not(button)");
    const said = label && label !== one && (label.innerText || label.getAttribute("aria-label") || "").trim();
    if (said) return said;
    const above = headings.filter((h) => h.compareDocumentPosition(one) & Node.DOCUMENT_POSITION_FOLLOWING).pop();
    return above ? above.innerText.trim() : "";
  };
  const tellApart = () => {
    const byName = Map.groupBy([...document.querySelectorAll(CONTROLS)].filter((one) => nameOf(one)), nameOf);
    const headings = [...document.querySelectorAll("h1, h2, h3")];
    for (const [name, same] of byName) {
      const taken = new Set();
      for (const one of same) {
        if (same.length === 1 && !one.dataset.atlasOwn) continue;
        const full = [name, same.length > 1 && belongsTo(one, headings)].filter(Boolean).join(state.colon);
        let free = full;
        for (let n = 2; taken.has(free); n += 1) free = `${full} (${n})`;
        taken.add(free);
        one.dataset.atlasOwn = name;
        if (one.getAttribute("aria-label") !== free) one.setAttribute("aria-label", free);
      }
    }
  };
  const forget = () => {
    for (const one of document.querySelectorAll("[data-atlas-own]")) {
      one.setAttribute("aria-label", one.dataset.atlasOwn);
      delete one.dataset.atlasOwn;
    }
  };
  let soon = null;
  const tellApartSoon = () => {
    clearTimeout(soon);
    soon = setTimeout(tellApart, 250);
  };

  // The address says everything that the page shows. Without https, or where the browser forbids it, it stands ready
  // to be copied by hand.
  const SAID_MS = 4000;
  const copy = async (button) => {
    const said = button.parentElement.querySelector("output");
    const shown = button.parentElement.querySelector("input");
    const link = window.location.href;
    try {
      await navigator.clipboard.writeText(link);
      shown.hidden = true;
      said.textContent = button.dataset.atlasCopy;
      setTimeout(() => (said.textContent = ""), SAID_MS);
    } catch {
      shown.hidden = false;
      shown.value = link;
      shown.focus();
      shown.select();
    }
  };
  // The drawer of menus is a list that holds other things than items: its links stand for themselves.
  const DRAWER = "[data-testid=stSidebarNavItems], [data-testid=stSidebarNavItems] li";
  const unlist = () => document.querySelectorAll(DRAWER).forEach((one) => one.setAttribute("role", "none"));
  unlist();
  state.colon = language.startsWith("zh") ? "：" : ": ";
  forget();
  translate(document.body, state.back); // another language was spoken before
  state.words = words;
  state.back = Object.fromEntries(Object.entries(words).map(([english, said]) => [said, english]));
  translate(document.body, words);
  document.documentElement.lang = language;
  tellApartSoon();
  if (state.observer) return;
  document.addEventListener("click", (event) => {
    if (event.target.closest("[data-atlas-print]")) window.print();
    const button = event.target.closest("[data-atlas-copy]");
    if (button) copy(button);
  });
  state.observer = new MutationObserver((changes) => {
    unlist();
    tellApartSoon();
    for (const node of changes.flatMap((change) => [...change.addedNodes])) {
      if (node.nodeType === Node.ELEMENT_NODE) translate(node, state.words);
    }
    for (const { type, target } of changes) {
      const written = type === "characterData" ? target.parentElement : null;
      if (written && (target.data.startsWith(ADD) || written.matches(WAITED))) translate(written, state.words);
    }
  });
  state.observer.observe(document.body, { childList: true, characterData: true, subtree: true });
};
