// Data: what the page knows of runs and metrics, and their points, loaded when a card asks for them.
// Reads    #page-data  JSON printed by the page: runs, metrics, shards, series, cards
// Loads    shards/<hash>.js by script elements: pages opened from disk may not fetch
// Gives    runfolio.add   called by each shard   (the format of a shard: sitegen/shards.py)
//          runfolio.data   `page` is what #page-data says; its runs have a `label` besides: what tells them apart on the page
// Emits    "data:change" on document when the page's data became others (renew), then "view:change"
"use strict";
{
  const runfolio = (window.runfolio ??= {});
  const arrived = new Map(); // key of a shard → texts of its blobs
  const loading = new Map(); // address of a shard → promise of its series
  const wholes = new Map(); // series and shards → promise of all its points

  runfolio.add = (key, texts) => arrived.set(key, texts);

  function bytes(text) {
    if (Uint8Array.fromBase64) return Uint8Array.fromBase64(text);
    return Uint8Array.from(atob(text), (letter) => letter.charCodeAt(0));
  }

  async function inflated(text) {
    const stream = new Blob([bytes(text)]).stream().pipeThrough(new DecompressionStream("deflate"));
    return new Response(stream).arrayBuffer();
  }

  /** Numbers of 4 or 8 bytes whose first bytes lie together, then their second ones, …: put back in order. */
  function unshuffled(raw, at, count, width) {
    const parts = width / 4; // words of 4 bytes in a number: writing these is four times as quick as writing bytes
    const words = new Uint32Array(count * parts);
    for (let part = 0; part < parts; part++) {
      const from = at + 4 * part * count;
      const [second, third, fourth] = [from + count, from + 2 * count, from + 3 * count];
      for (let row = 0; row < count; row++) {
        words[row * parts + part] =
          raw[from + row] | (raw[second + row] << 8) | (raw[third + row] << 16) | (raw[fourth + row] << 24);
      }
    }
    return words.buffer;
  }

  const summed = (first, gaps) => {
    let value = first;
    return Float64Array.from(gaps, (gap) => (value += gap));
  };

  /** The series of a blob: [{steps, times, values}], times in ms. */
  async function decoded(text) {
    const buffer = await inflated(text);
    const length = new DataView(buffer).getUint32(0, true);
    const header = JSON.parse(new TextDecoder().decode(new Uint8Array(buffer, 4, length)));
    const raw = new Uint8Array(buffer);
    const columns = [];
    let at = 4 + length;
    const take = (count, width) => {
      const column = unshuffled(raw, at, count, width);
      at += count * width;
      return column;
    };
    for (const { kind, n, first, by, base } of header.columns) {
      if (kind === "range") columns.push(Float64Array.from({ length: n }, (_, row) => first + by * row));
      else if (kind === "delta") columns.push(summed(first, new Int32Array(take(n, 4))));
      else if (kind === "f32") columns.push(new Float32Array(take(n, 4)));
      else if (kind === "f64") columns.push(new Float64Array(take(n, 8)));
      else if (kind === "over") {
        const apart = new Int32Array(take(n, 4));
        columns.push(columns[base].map((value, row) => value + apart[row]));
      } else throw new Error(`unknown kind of column: ${kind}`);
    }
    return header.series.map(([step, time, value]) => ({
      steps: columns[step],
      times: columns[time],
      values: columns[value],
    }));
  }

  /** All series of a shard. A shard that does not load is asked for again by the next card. */
  function shard(number) {
    const href = page.shards[number];
    if (!loading.has(href)) {
      const promise = fetched(href);
      promise.catch(() => loading.delete(href));
      loading.set(href, promise);
    }
    return loading.get(href);
  }

  const fetched = async (href) => (await Promise.all((await texts(href)).map(decoded))).flat();

  /** The texts of a data script, each base64 of something deflated; may be had once. */
  async function texts(href) {
    const key = href.slice(href.lastIndexOf("/") + 1).replace(/\.js$/, "");
    if (!arrived.has(key)) {
      await new Promise((resolve, reject) => {
        const script = document.createElement("script");
        script.src = href;
        script.onload = resolve;
        script.onerror = () => reject(new Error(`${href} could not be loaded`));
        document.head.append(script);
      });
    }
    const found = arrived.get(key);
    if (!found) throw new Error(`${href} holds something else`);
    arrived.delete(key);
    return found;
  }

  function joined(parts) {
    const column = (name) => {
      const arrays = parts.map((part) => part[name]);
      const wide = name !== "values" || arrays.some((array) => array instanceof Float64Array);
      const out = new (wide ? Float64Array : Float32Array)(arrays.reduce((sum, array) => sum + array.length, 0));
      let at = 0;
      for (const array of arrays) {
        out.set(array, at);
        at += array.length;
      }
      return out;
    };
    return parts.length === 1
      ? parts[0]
      : { steps: column("steps"), times: column("times"), values: column("values") };
  }

  /** For each id the shortest start, of so many letters at least, that no other one has. */
  function prefixes(ids, least = 4) {
    const sorted = [...ids].sort();
    const common = (one, other) => {
      let length = 0;
      while (length < one.length && one[length] === other?.[length]) length++;
      return length;
    };
    return new Map(
      sorted.map((id, at) => {
        const length = Math.max(common(id, sorted[at - 1]), common(id, sorted[at + 1]), least - 1) + 1;
        return [id, id.slice(0, length)];
      }),
    );
  }

  /** What runs are called, `label`: their names, with the start of the id behind where several have the same one. */
  function label(runs) {
    const named = new Map();
    for (const run of runs) (named.get(run.name) ?? named.set(run.name, []).get(run.name)).push(run);
    for (const alike of named.values()) {
      const starts = prefixes(alike.map(({ id }) => id));
      for (const run of alike) run.label = alike[1] ? `${run.name} ${starts.get(run.id)}…` : run.name;
    }
  }

  function unfolded(content) {
    if (!content?.series) return null;
    if (Array.isArray(content.runs)) return content;
    const { names, href } = content.shards;
    return { ...content, runs: withKeys(content.runs), shards: names.map((name) => href.join(name)) };
  }

  /** Runs as objects: where there are many, the page says their keys once, and what all share. */
  function withKeys({ keys, rows, same, href: [before, behind] }) {
    const id = keys.indexOf("id");
    return rows.map((row) => {
      const run = { ...same, href: before + row[id] + behind };
      for (let place = 0; place < keys.length; place++) run[keys[place]] = row[place];
      return run;
    });
  }

  const page = unfolded(JSON.parse(document.getElementById("page-data")?.textContent ?? "null"));
  let metricNumbers, sets;
  const places = new Map(); // "run metric" → place
  const stretches = new Map(); // run → places of several metrics that lie side by side

  function index() {
    label(page?.runs ?? []);
    metricNumbers = new Map((page?.metrics ?? []).map((metric, number) => [metric.name, number]));
    sets = (page?.sets ?? []).map((metrics) => new Map(metrics.map((metric, at) => [metric, at])));
    places.clear();
    stretches.clear();
    for (const place of page?.series ?? []) {
      if (!Array.isArray(place[1])) places.set(`${place[0]} ${place[1]}`, place);
      else if (stretches.has(place[0])) stretches.get(place[0]).push(place);
      else stretches.set(place[0], [place]);
    }
  }

  index();

  /** [run, metric, shard, slot, points, detail] of a series; undefined when there is none. */
  function placeOf(run, metric) {
    for (const [, [set], shard, slot, points] of stretches.get(run) ?? []) {
      const at = sets[set].get(metric);
      if (at !== undefined) return [run, metric, shard, slot + at, Array.isArray(points) ? points[at] : points, null];
    }
    return places.get(`${run} ${metric}`);
  }

  const scripts = new Map(); // address → promise of the texts of a script that is not a shard

  runfolio.data = {
    page,
    prefixes,
    label,

    /** Let the page's data be those of a newer page, as they stand in its #page-data. What did not change stays loaded. */
    renew(content) {
      if (!page) return;
      for (const key of Object.keys(page)) delete page[key];
      Object.assign(page, unfolded(content));
      index();
      wholes.clear();
      for (const href of loading.keys()) if (!page.shards.includes(href)) loading.delete(href);
      document.dispatchEvent(new CustomEvent("data:change"));
      document.dispatchEvent(new CustomEvent("view:change"));
    },

    /** The texts of a data script that holds no series. */
    texts(href) {
      if (!scripts.has(href)) {
        const promise = texts(href);
        promise.catch(() => scripts.delete(href));
        scripts.set(href, promise);
      }
      return scripts.get(href);
    },

    /** The JSON in one of these texts. */
    json: async (text) => JSON.parse(new TextDecoder().decode(await inflated(text))),

    /** The numbers in a text of the page, float64 in base64, with null for NaN. */
    unpacked: (text) => Array.from(new Float64Array(bytes(text).buffer), (value) => (Number.isNaN(value) ? null : value)),

    /** What a metric is called: the label that the site gives it, else its name. */
    called: (metric) => page.metrics[metric].label ?? page.metrics[metric].name,

    /** The number of a metric; undefined when the page has none of this name. */
    metricNumber: (name) => metricNumbers.get(name),

    /** Whether a run has points of a metric. */
    has: (run, metric) => placeOf(run, metric) !== undefined,

    /** How many points were logged. */
    total: (run, metric) => placeOf(run, metric)?.[4] ?? 0,

    /** Whether the overview of a series lacks some of its points. */
    thinned: (run, metric) => Boolean(placeOf(run, metric)?.[5]?.length),

    /** A few points that show the whole series; all of them when there are not many. */
    async overview(run, metric) {
      const [, , number, slot] = placeOf(run, metric);
      return (await shard(number))[slot];
    },

    /** All points of a series, or of its pieces that reach into a range of "steps" or "times". */
    async whole(run, metric, axis = null, low = -Infinity, high = Infinity) {
      const [, , , , , detail] = placeOf(run, metric);
      if (!detail?.length) return this.overview(run, metric);
      const at = axis === "times" ? 6 : 4;
      const wanted = detail.filter(
        (piece) => !axis || piece.length < 8 || (piece[at] <= high && piece[at + 1] >= low),
      );
      const key = `${run} ${metric} ${wanted.map((piece) => piece[0])}`;
      if (!wholes.has(key)) {
        const promise = Promise.all(wanted.map(async (piece) => (await shard(piece[0]))[piece[1]])).then(joined);
        promise.catch(() => wholes.delete(key));
        wholes.set(key, promise);
      }
      return wanted.length ? wholes.get(key) : { steps: [], times: [], values: [] };
    },
  };
}
