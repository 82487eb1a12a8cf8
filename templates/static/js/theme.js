// Theme: light or dark as the system says, unless the reader chose otherwise here; on paper always light.
// Runs     in the head before the first paint, so that no page flashes in the other theme
// Reads    ?theme=light, dark or auto in the address, for frames; ?embed
// Writes   data-theme on <html>, data-embed where the page is in a frame, and the choice into localStorage, which may be absent
// Drives   [data-theme-switch]
// Emits    "theme:change" on document, detail = "light" or "dark"
"use strict";
{
  const KEY = "runfolio.theme";
  const query = new URLSearchParams(location.search);
  const system = matchMedia("(prefers-color-scheme: dark)");

  function kept() {
    try {
      const theme = localStorage.getItem(KEY);
      return theme === "light" || theme === "dark" ? theme : null;
    } catch {
      return null; // blocked, or a page opened from disk
    }
  }

  function keep(theme) {
    try {
      localStorage.setItem(KEY, theme);
    } catch {
      // then it holds for this page only
    }
  }

  if (query.has("embed")) document.documentElement.dataset.embed = ""; // one card alone: full.js
  const asked = query.get("theme"); // light, dark or auto, whatever this browser keeps
  let chosen = asked === "light" || asked === "dark" ? asked : asked === "auto" ? null : kept();
  let printing = false;
  const shown = () => (printing ? "light" : (chosen ?? (system.matches ? "dark" : "light")));

  function apply() {
    if (printing || chosen) document.documentElement.dataset.theme = shown();
    else delete document.documentElement.dataset.theme;
  }

  function announce() {
    apply();
    label();
    document.dispatchEvent(new CustomEvent("theme:change", { detail: shown() }));
  }

  function label() {
    for (const button of document.querySelectorAll("[data-theme-switch]")) {
      const other = shown() === "dark" ? "light" : "dark";
      button.hidden = false;
      button.textContent = other === "dark" ? "Dark" : "Light";
      button.setAttribute("aria-label", `Switch to the ${other} theme`);
    }
  }

  function toggle() {
    chosen = shown() === "dark" ? "light" : "dark"; // kept also where the system says so now: it may say otherwise later
    keep(chosen);
    announce();
  }

  function wire() {
    label();
    document.querySelectorAll("[data-theme-switch]").forEach((button) => button.addEventListener("click", toggle));
  }

  apply();
  system.addEventListener("change", () => chosen ?? announce());
  for (const [event, on] of [["beforeprint", true], ["afterprint", false]]) // prettier-ignore
    addEventListener(event, () => {
      printing = on;
      announce();
    });
  if (document.readyState === "loading") document.addEventListener("DOMContentLoaded", wire);
  else wire();
}
