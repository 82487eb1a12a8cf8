// Options: how cards are drawn, each settable for the whole board and for one card, and its words in the address:
//     y=log            all cards
//     y:auc=linear     the card "auc", whatever the others do
// A value is text, a number, or a list of these; a reader's word in it is plain here and coded in the address.
// Gives    runfolio.options   Map: name → {label, group, choices, parse(text) → value or undefined, format(value) → text, initial}
//          runfolio.coding    coded(text), plain(text): words in addresses
"use strict";
{
  const runfolio = (window.runfolio ??= {});

  const coded = (text) => encodeURIComponent(text).replaceAll("%2F", "/");

  function plain(text) {
    try {
      return decodeURIComponent(text);
    } catch {
      return text; // a link that somebody cut
    }
  }

  /** A word out of a few. */
  const choice = (choices) => ({
    choices,
    parse: (text) => (choices.some(([word]) => word === text) ? text : undefined),
    format: (value) => value,
    initial: choices[0][0],
  });

  /** A word out of a few, or something that is named: "param:depth". */
  function named(choices, kinds) {
    const few = choice(choices);
    return {
      ...few,
      kinds,
      parse(text) {
        const [, word, name] = /^(\w+)(?::|%3A)(.+)$/is.exec(text) ?? [];
        return kinds.includes(`${word}:`) ? `${word}:${plain(name)}` : few.parse(text);
      },
      format(value) {
        const kind = value.slice(0, value.indexOf(":") + 1);
        return kinds.includes(kind) ? kind + coded(value.slice(kind.length)) : value;
      },
    };
  }

  /** Several things that are named: "param:depth,tag:stage". */
  const list = (kinds, words = []) => ({
    kinds,
    words,
    parse(text) {
      const found = text.split(",").map(named([[""], ...words.map((word) => [word])], kinds).parse);
      return found.every(Boolean) ? found : undefined;
    },
    format: (value) => value.map((part) => named([[""]], kinds).format(part)).join(","),
    initial: [],
  });

  const amount = {
    parse: (text) => (text !== "" && Number(text) >= 0 && Number(text) < Infinity ? Number(text) : undefined),
    format: String,
    initial: 0,
  };

  /** Two ends, "0.5..1"; either may be open: "0.5..". */
  const range = () => ({
    parse(text) {
      const ends = text.split("..");
      const [low, high] = ends.map((end) => (end === "" ? null : Number(end)));
      if (ends.length !== 2 || (low === null && high === null)) return undefined;
      if (Number.isNaN(low) || Number.isNaN(high) || (low !== null && high !== null && low >= high)) return undefined;
      return [low, high];
    },
    format(ends) {
      const digits = ends[1] - ends[0] < Math.abs(ends[0]) / 1e4 ? 15 : 8; // a minute of wall time is little of a moment in ms
      return ends.map((end) => (end === null ? "" : Number(end.toPrecision(digits)))).join("..");
    },
    initial: null,
  });

  const SCALES = [["linear", "linear"], ["log", "log"], ["symlog", "symmetric log"]];
  const FIELDS = ["param:", "tag:"];
  const AXES = [...FIELDS, "best:", "last:", "min:", "max:", "run:"]; // of pictures of runs: "best:test/auc", "run:duration"

  const table = [
    ["x", "x is", "x", named(
      [["auto", "as defined"], ["step", "step"], ["relative", "relative time"], ["process", "time without pauses"],
       ["time", "wall time"], ["order", "order logged"]], ["metric:"])],
    ["xscale", "x scale", "x", choice(SCALES)],
    ["zoom", "x limits", "x", range()],
    ["y", "y scale", "y", choice([...SCALES, ["clip", "log, zero and below at the edge"]])],
    ["ylim", "y limits", "y", range()],
    ["outliers", "outliers", "y", choice([["show", "in range"], ["hide", "may lie outside of the range"]])],
    ["normal", "each series", "y", choice([["off", "as logged"], ["on", "from 0 to 1 of its own range"]])],
    ["smoother", "smoothing", "smoothing", choice(
      [["ema", "exponential mean"], ["twema", "exponential mean over time"], ["mean", "moving mean"],
       ["gauss", "Gaussian"], ["median", "moving median"]])],
    ["smooth", "amount", "smoothing", amount],
    ["group", "group runs by", "groups", list(FIELDS, ["seeds", "none"])],
    ["center", "line", "groups", choice([["mean", "mean"], ["median", "median"]])],
    ["band", "band", "groups", choice(
      [["auto", "as n allows"], ["std", "± standard deviation"], ["stderr", "± standard error"], ["ci", "95 % interval (t)"],
       ["minmax", "min to max"], ["iqr", "middle half"], ["none", "none"]])],
    ["color", "colour tells", "look", named([["auto", "runs, or metrics"], ["run", "run"], ["metric", "metric"]], FIELDS)],
    ["line", "line tells", "look", named([["auto", "split"], ["run", "run"], ["metric", "metric"]], FIELDS)],
    ["kind", "picture", "card", choice([["curves", "curves"], ["bars", "bars"], ["scatter", "scatter"], ["parallel", "parallel axes"]])],
    ["axes", "axes", "card", list(AXES)],
    ["size", "size", "card", choice([["normal", "normal"], ["wide", "wide"], ["tall", "tall"], ["large", "wide and tall"]])],
    ["pin", "pinned", "card", choice([["off", "no"], ["on", "yes"]])],
    ["panel", "a panel for each", "look", named([["none", "none"], ["metric", "metric"], ["run", "run"]], FIELDS)],
  ]; // prettier-ignore

  runfolio.options = new Map(table.map(([name, label, group, codec]) => [name, { label, group, ...codec }]));
  runfolio.coding = { coded, plain };
}
