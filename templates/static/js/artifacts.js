// Artifacts: pictures of a series one at a time, by their step; HTML files in frames where nothing of them runs.
// Reads    [data-gallery] with its [data-step] pictures; [data-frame], the text of an HTML file, inside of <details>
"use strict";
{
  function sliderOf(gallery) {
    const slider = document.createElement("input");
    const caption = gallery.querySelector("figcaption");
    slider.type = "range";
    slider.className = "gallery__slider";
    slider.value = slider.max = 0;
    slider.setAttribute("aria-label", `step of ${caption.textContent}`);
    caption.before(slider);
    return slider;
  }

  /** The slider of fewer pictures stays, and with it the focus; who stood at the last goes on to the new one. */
  function slide(gallery) {
    const pictures = [...gallery.querySelectorAll("[data-step]")];
    if (pictures.length < 2) return;
    const slider = gallery.querySelector(".gallery__slider") ?? sliderOf(gallery);
    const atLast = slider.value === slider.max;
    slider.max = pictures.length - 1;
    if (atLast) slider.value = slider.max;
    slider.oninput = () => {
      const chosen = pictures[slider.value];
      for (const picture of pictures) picture.hidden = picture !== chosen;
      slider.setAttribute("aria-valuetext", `step ${chosen.dataset.step}`);
    };
    slider.oninput();
  }

  /** Made when it is first opened. An empty sandbox: no scripts, no forms, no way out; our policy holds inside, too. */
  function frame(place) {
    place.closest("details").addEventListener(
      "toggle",
      () => {
        const inner = document.createElement("iframe");
        inner.setAttribute("sandbox", "");
        inner.className = "file__frame";
        inner.title = place.dataset.label;
        inner.srcdoc = place.dataset.frame;
        const source = document.createElement("details");
        const summary = document.createElement("summary");
        summary.textContent = "source";
        source.append(summary, ...place.childNodes);
        place.append(inner, source);
      },
      { once: true },
    );
  }

  const within = (root, selector) => [root, ...root.querySelectorAll(selector)].filter((element) => element.matches?.(selector));

  function wire(root) {
    for (const gallery of within(root, "[data-gallery]")) slide(gallery);
    for (const place of within(root, "[data-frame]")) frame(place);
  }

  wire(document);
  document.addEventListener("page:printed", ({ detail }) => {
    for (const element of detail) wire(element.matches("[data-step]") ? element.closest("[data-gallery]") : element);
  });
}
