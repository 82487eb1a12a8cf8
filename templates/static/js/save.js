// Save: a card as a file: SVG, PNG, its points as CSV, its Vega-Lite.
// Gives    runfolio.save  ways: [{word, name, of(card): whether it is one for this card, write(card) → promise of {ending: of the file's name, blob}}], start(card, write), slug(text)
"use strict";
{
  const runfolio = (window.runfolio ??= {});
  const { csv, picture, vegalite } = runfolio;

  /** A name for a file out of any text. */
  function slug(text) {
    const words = text.normalize("NFKD").toLocaleLowerCase("en").match(/[\p{L}\p{N}]+/gu) ?? [];
    return words.join("-").slice(0, 80).toWellFormed() || "chart";
  }

  const text = (ending, type, content) => ({ ending, blob: new Blob([content], { type }) });

  const ways = [
    { word: "SVG", name: "SVG with its legend", write: async (card) => text(".svg", "image/svg+xml", (await picture.svg(card)).text) },
    { word: "PNG", name: "PNG with its legend", write: async (card) => ({ ending: ".png", blob: await picture.png(card) }) },
    { word: "CSV", name: "CSV of what is drawn", write: (card) => text(".csv", "text/csv", csv.drawn(card)) },
    { word: "CSV all", name: "CSV of all points", of: (card) => !card.picture, write: async (card) => text("-all-points.csv", "text/csv", await csv.all(card)) },
    { word: "Vega-Lite", name: "Vega-Lite with its data", write: async (card) => text(".vl.json", "application/json", await vegalite.json(card)) },
  ]; // prettier-ignore

  function download(name, blob) {
    const link = document.createElement("a");
    link.href = URL.createObjectURL(blob);
    link.download = name;
    link.click();
    setTimeout(() => URL.revokeObjectURL(link.href), 60_000);
  }

  async function start(card, write) {
    try {
      const { ending, blob } = await write(card);
      download(slug(card.title.textContent) + ending, blob);
    } catch (error) {
      card.footer.textContent = `This chart could not be saved: ${error.message}`;
      console.error(error);
    }
  }

  runfolio.save = { ways, start, slug };
}
