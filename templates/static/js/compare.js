// Compare: reads which runs the address names, loads what is known of them, and starts the other scripts.
// Those find everything as on any page with charts: #page-data and the figures of its cards.
// Reads    #compare-index  printed by the page: runs, and which data script knows them
//          location.hash   compare=<starts of ids>; `runs=` of links from other pages means the same
// Loads    data scripts, which call runfolio.compared(key, data); then the scripts named in data-then
// Writes   #page-data, figures in [data-board]
// Gives    runfolio.compareIndex; runfolio.compareAnew(index) → promise of the page's data, after a newer index
"use strict";
{
  const runfolio = (window.runfolio ??= {});
  const own = document.currentScript;
  const MOST = 40; // runs side by side
  const COLORS = 10; // of runs
  let index = JSON.parse(document.getElementById("compare-index").textContent);
  const arrived = new Map();

  runfolio.compared = (key, data) => arrived.set(key, data);

  function load(src, ordered = true) {
    return new Promise((resolve, reject) => {
      const script = document.createElement("script");
      script.src = src;
      script.async = !ordered;
      script.onload = resolve;
      script.onerror = () => reject(new Error(`${src} could not be loaded`));
      document.head.append(script);
    });
  }

  const keyOf = (src) => src.slice(src.lastIndexOf("/") + 1).replace(/\.js$/, "");

  /** What is known of the run at a place of the index, and of others of its experiment. */
  const dataOf = (place) => arrived.get(keyOf(index.scripts[index.runs[place][1]]));

  /** Where in the index the runs stand that the address names; and the words that name none. */
  function named() {
    const parts = location.hash.replace(/^#/, "").split("&");
    const at = parts.findIndex((part) => /^(?:compare|runs)=/.test(part));
    const words = at < 0 ? [] : parts[at].slice(parts[at].indexOf("=") + 1).split(/,|%2C/i).filter(Boolean);
    if (at >= 0 && parts[at].startsWith("runs=") && !parts.some((part) => part.startsWith("compare="))) {
      parts[at] = `compare=${words.join(",")}`;
      history.replaceState(null, "", `${location.pathname}${location.search}#${parts.join("&")}`);
    }
    const found = new Set();
    const missing = [];
    for (const word of words) {
      const place = index.runs.findIndex(([id]) => id.startsWith(word));
      if (place < 0) missing.push(word);
      else found.add(place);
    }
    return { chosen: [...found].slice(0, MOST), missing, left: Math.max(0, found.size - MOST) };
  }

  /** Runs have the colours of their experiments' pages; of two with the same, the younger takes the next that is free. */
  function recolour(runs) {
    if (runs.length > COLORS) return; // then colour does not tell which: as on the page of an experiment
    const free = new Set(Array(COLORS).keys());
    const late = runs.toSorted((one, other) => (one.id < other.id ? -1 : 1)).filter(({ color }) => !free.delete(color));
    for (const run of late) {
      while (!free.delete(run.color)) run.color = (run.color + 1) % COLORS;
    }
  }

  const kindOf = ({ options }) => options?.find(([name]) => name === "kind")?.[1];

  /** Whether cards draw the same of runs that lie in different experiments: one experiment may show it in two ways. */
  function same(one, other) {
    const alike = kindOf(one) === kindOf(other) && one.metrics.length === other.metrics.length;
    return alike && one.metrics.every((metric) => other.metrics.includes(metric)) && !one.from.some((each) => other.from.includes(each));
  }

  /** The cards, those of different experiments with the same metrics being one: that which somebody chose, where one is. */
  function united(cards) {
    const kept = [];
    for (const card of cards) {
      const at = kept.findIndex((other) => same(card, other));
      const both = at < 0 ? [card] : [kept[at], card];
      const holds = both.find(({ named }) => named) ?? both.find(({ options }) => options) ?? both[0];
      kept[at < 0 ? kept.length : at] = { ...holds, from: both.flatMap(({ from }) => from) };
    }
    return kept.map(({ from, ...card }) => card);
  }

  /** One page out of parts of the data of several experiments. */
  function merged(chosen) {
    const page = {
      page: "compare", runs: [], metrics: [], shards: [], series: [], cards: [], details: [], experiments: [],
    }; // prettier-ignore
    const numbers = { metrics: new Map(), shards: new Map(), cards: new Map(), experiments: new Map() };
    const placed = (kind, key, make) => {
      if (!numbers[kind].has(key)) {
        numbers[kind].set(key, page[kind].length);
        page[kind].push(make());
      }
      return numbers[kind].get(key);
    };
    for (const place of chosen) {
      const [id] = index.runs[place];
      const data = dataOf(place);
      const from = data.runs.findIndex((run) => run.id === id);
      const metricOf = (number) => placed("metrics", data.metrics[number].name, () => ({ ...data.metrics[number] }));
      const to = page.runs.length;
      page.runs.push({ ...data.runs[from], drawn: true });
      const details = data.details[from];
      const experiment = placed("experiments", data.experiment.href, () => data.experiment);
      page.details.push({
        ...details,
        experiment,
        metrics: details.metrics.map(([metric, ...values]) => [metricOf(metric), ...values]),
      });
      const shardOf = (number) => placed("shards", data.shards[number], () => data.shards[number]);
      for (const [run, metric, shard, slot, points, detail] of data.series) {
        if (run !== from) continue;
        const pieces = detail?.map(([number, ...piece]) => [shardOf(number), ...piece]) ?? null;
        page.series.push([to, metricOf(metric), shardOf(shard), slot, points, pieces]);
      }
      for (const { title, section, named, metrics, options } of data.cards) {
        const here = metrics.filter((metric) => details.metrics.some(([other]) => other === metric));
        if (!here.length) continue;
        const number = placed("cards", JSON.stringify([section, title]), () => ({ title, section, named, metrics: [], options, from: [] }));
        const card = page.cards[number];
        if (!card.from.includes(experiment)) card.from.push(experiment);
        card.metrics = [...new Set([...card.metrics, ...here.map(metricOf)])];
      }
    }
    page.cards = united(page.cards);
    const boards = new Map(chosen.map(dataOf).map(({ options = [] }) => [JSON.stringify(options.toSorted()), options]));
    if (boards.size === 1) [page.options] = boards.values(); // of boards that differ none holds for all
    recolour(page.runs);
    const labels = page.metrics.map(({ label }) => label);
    for (const metric of page.metrics) {
      if (labels.indexOf(metric.label) !== labels.lastIndexOf(metric.label)) delete metric.label; // of metrics of two experiments
      if (typeof metric.x === "number") metric.x = null; // a number of another list of metrics
    }
    return page;
  }

  /** Figures as other pages print them. */
  function figures(page) {
    const board = document.querySelector("[data-board]");
    page.cards.forEach(({ title }, number) => {
      const figure = document.createElement("figure");
      figure.className = "chart-card";
      figure.dataset.card = number;
      const caption = document.createElement("figcaption");
      caption.className = "chart-card__title";
      const words = document.createElement("bdi");
      words.textContent = title;
      caption.append(words);
      const plot = document.createElement("div");
      plot.className = "chart-card__plot";
      const footer = document.createElement("p");
      footer.className = "chart-card__footer";
      figure.append(caption, plot, footer);
      board.append(figure);
    });
  }

  /** The data of the page, once those of its runs have come. */
  async function gathered() {
    const { chosen, missing, left } = named();
    const scripts = [...new Set(chosen.map((place) => index.scripts[index.runs[place][1]]))];
    await Promise.all(scripts.filter((script) => !arrived.has(keyOf(script))).map((script) => load(script, false)));
    return { ...merged(chosen), missing, left, most: MOST };
  }

  runfolio.compareIndex = index;
  runfolio.compareAnew = (newer) => {
    runfolio.compareIndex = index = newer;
    return gathered();
  };

  async function start() {
    const page = await gathered();
    const element = document.createElement("script");
    element.type = "application/json";
    element.id = "page-data";
    element.textContent = JSON.stringify(page);
    document.body.append(element);
    figures(page);
    await Promise.all(own.dataset.then.split(" ").filter(Boolean).map((src) => load(src)));
    await runfolio.later("tools");
  }

  start().catch((error) => {
    document.querySelector("[data-compare-meta]").textContent = `This comparison could not be loaded: ${error.message}`;
  });
}
