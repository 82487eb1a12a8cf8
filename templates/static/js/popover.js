// Popover: a panel that opens under a button, one at a time. Escape, Back and a press elsewhere close it.
// Gives    runfolio.popover  open(button, {name, label}, fill(panel, close)), close();  --room: how high a panel may be
"use strict";
{
  const runfolio = (window.runfolio ??= {});

  let opened = null; // {panel, button}

  function close(focus = false) {
    if (!opened) return;
    const { panel, button } = opened;
    opened = null;
    panel.remove();
    button.setAttribute("aria-expanded", "false");
    if (focus) button.focus();
  }

  /** Put a panel that does not stand beside its button under it, or above where there is no room. */
  function float(panel, button) {
    const { left, top, bottom } = button.getBoundingClientRect();
    panel.style.position = "fixed";
    panel.style.right = "auto";
    panel.style.left = `${left}px`;
    const above = bottom + panel.offsetHeight > innerHeight;
    panel.style.top = `${above ? Math.max(0, top - panel.offsetHeight) : bottom}px`;
  }

  /** Keep the panel inside of the window: above its button where there is room, and none below. */
  function place(panel, button) {
    const { left, right, bottom, height } = panel.getBoundingClientRect();
    if (panel.style.position !== "fixed" && bottom > innerHeight && height < button.getBoundingClientRect().top) {
      panel.style.top = "auto";
      panel.style.bottom = "100%";
    }
    const over = right - document.documentElement.clientWidth + 8;
    if (over > 0) panel.style.translate = `${-Math.min(over, left - 8)}px`;
    else if (left < 8) panel.style.translate = `${8 - left}px`;
  }

  /**
   * Open a panel under a button, or close it when it is open.
   *
   * name    a class of the panel
   * label   what it is, for those who hear the page
   * floating   the button stands in a frame that would cut the panel
   * fill    puts content into the panel, which close(focus) closes; what it returns gets the focus
   */
  function open(button, { name, label, floating = false }, fill) {
    const again = opened?.button === button;
    close();
    if (again) return;
    const panel = document.createElement("div");
    panel.className = `popover ${name}`;
    panel.setAttribute("role", "dialog");
    panel.tabIndex = -1; // has the focus when what had it goes, or when it is pressed: Escape still closes it
    panel.setAttribute("aria-label", label);
    opened = { panel, button };
    const first = fill(panel, (focus) => opened?.panel === panel && close(focus)); // late, it closes no other one
    panel.addEventListener("keydown", (event) => {
      if (event.key !== "Escape") return;
      event.stopPropagation();
      event.preventDefault();
      close(true);
    });
    button.setAttribute("aria-expanded", "true");
    const { top, bottom } = button.getBoundingClientRect();
    panel.style.setProperty("--room", `${Math.max(top, innerHeight - bottom) - 8}px`); // above or under the button
    if (floating) {
      document.body.append(panel);
      float(panel, button);
    } else button.after(panel);
    place(panel, button);
    first?.focus();
  }

  document.addEventListener("pointerdown", (event) => {
    if (opened && !opened.panel.contains(event.target) && !opened.button.contains(event.target)) close();
  });

  addEventListener("popstate", () => close()); // what it shows was undone

  // in a frame that scrolls, the button goes away from under a floating panel
  document.addEventListener("scroll", (event) => opened?.panel.style.position === "fixed" && !opened.panel.contains(event.target) && close(), true);

  runfolio.popover = { open, close };
}
