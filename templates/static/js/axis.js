// Axis: scales between values and pixels, where ticks stand, and how numbers, steps and times are worded.
// Vega draws the axes, at the ticks and with the words from here: so the gutter is known before drawing.
// Gives    runfolio.axis
"use strict";
{
  const runfolio = (window.runfolio ??= {});

  const FINEST = 1e-13; // of a number, what a step between ticks is at least
  const NEAR = 1e-3; // of a step, what is rounding

  /** A scale as Vega has it: {type, domain, to(value) → 0..1, from(0..1) → value}. */
  function scale(type, domain, constant = 1) {
    const bend =
      type === "log"
        ? Math.log10
        : type === "symlog"
          ? (value) => Math.sign(value) * Math.log1p(Math.abs(value / constant))
          : (value) => value;
    const unbend =
      type === "log"
        ? (value) => 10 ** value
        : type === "symlog"
          ? (value) => Math.sign(value) * Math.expm1(Math.abs(value)) * constant
          : (value) => value;
    const [low, high] = domain.map(bend);
    return {
      type,
      domain,
      constant,
      to: (value) => (bend(value) - low) / (high - low),
      from: (part) => Math.max(-Number.MAX_VALUE, Math.min(Number.MAX_VALUE, unbend(low + part * (high - low)))),
    };
  }

  /** Round numbers inside a domain, about `count` of them, two at least; whole ones when `whole` and there are two. */
  function rounds(domain, count, whole = false) {
    const [low, high] = domain;
    const rough = (high - low) / Math.max(1, count);
    const power = 10 ** Math.floor(Math.log10(rough));
    let step = (rough / power >= 7 ? 10 : rough / power >= 3.2 ? 5 : rough / power >= 1.5 ? 2 : 1) * power;
    if (whole) step = Math.max(1, Math.round(step));
    if (!(step > 0) || !Number.isFinite(step)) return [low];
    if (step < Math.max(-low, high) * FINEST) return [low, high]; // too few numbers lie between them
    const ticks = [];
    for (let at = Math.ceil(low / step - 1e-9); at <= high / step + 1e-9 && ticks.length < 100; at++) {
      ticks.push(step < 1 ? at / Math.round(1 / step) : at * step);
    }
    if (ticks.length > 1) return ticks;
    return whole ? rounds(domain, count) : count < 4 ? rounds(domain, count + 1) : ticks;
  }

  function logTicks([low, high]) {
    const first = Math.floor(Math.log10(low));
    const last = Math.ceil(Math.log10(high));
    const factors = last - first <= 2 ? [1, 2, 5] : [1];
    const every = Math.max(1, Math.ceil((last - first) / 6));
    const ticks = [];
    for (let power = first; power <= last; power += every) {
      for (const factor of factors) ticks.push(Number(`${factor}e${power}`));
    }
    return ticks.filter((tick) => tick >= low && tick <= high);
  }

  /** Zero and powers of ten on both sides of it, the largest first to be taken; none too near to another. */
  function symlogTicks({ domain: [low, high], constant, to }, count) {
    const apart = 0.7 / count; // of the axis
    const first = Math.round(Math.log10(constant));
    const last = Math.floor(Math.log10(Math.max(Math.abs(low), Math.abs(high))));
    const wanted = [0];
    for (let power = last; power >= first; power--) wanted.push(Number(`1e${power}`), -Number(`1e${power}`));
    const taken = [];
    for (const tick of wanted) {
      const near = taken.some((other) => Math.abs(to(other) - to(tick)) < apart);
      if (tick >= low && tick <= high && !near) taken.push(tick);
    }
    return taken.sort((one, other) => one - other);
  }

  const signed = (text) => text.replaceAll("-", "\u2212").replace("e+", "e");

  /** A whole number with commas between thousands. */
  const countWord = (number) => signed(String(number).replace(/\B(?=(\d{3})+$)/g, ","));

  /** "1 run", "1,200 runs" */
  const plural = (number, word) => `${countWord(number)} ${word}${number === 1 ? "" : "s"}`;

  /** A word on an axis: whole numbers of five digits and more have commas between thousands. */
  const thousands = (word) => (/^\D?\d{5,}$/.test(word) ? word.replace(/\B(?=(\d{3})+$)/g, ",") : word);

  /** A tick in as few signs as tell it from its neighbours at a distance of `gap`; powers where tables have them. */
  function tickWord(value, gap, largest) {
    if (value === 0) return "0";
    const finest = Math.floor(Math.log10(gap) + NEAR);
    const digits = Math.log10(largest / gap);
    const isPlain = largest < 1e16 && digits >= 4; // a power would have as many digits
    const isPower = (largest >= 1e7 && !isPlain) || (gap < 1e-5 && largest < 1e-2);
    const size = Math.floor(Math.log10(Math.abs(value)) + 1e-9);
    const how = isPower ? "toExponential" : "toFixed";
    let word = value[how](Math.min(Math.max(0, isPower ? size - finest : -finest), 20));
    if (digits > 10 && Number(word) !== value) word = isPower ? value.toExponential() : String(value); // an end, not round
    return thousands(signed(word.replace(/\.?0+e/, "e")));
  }

  /** Seconds as a reader says them: 45 s, 12 min, 1 h 05 m, 2 d 3 h. */
  function durationWord(seconds) {
    const sign = seconds < 0 ? "\u2212" : "";
    const size = Math.abs(seconds);
    const pad = (number) => String(number).padStart(2, "0");
    if (size < 1) return `${sign}${Number(size.toPrecision(3))} s`;
    if (size < 60) return `${sign}${Number(size.toFixed(size < 10 ? 1 : 0))} s`;
    const whole = Math.round(size);
    const minutes = Math.floor(whole / 60);
    if (minutes < 60) return `${sign}${minutes} m${whole % 60 ? ` ${pad(whole % 60)} s` : ""}`;
    const hours = Math.floor(minutes / 60);
    if (hours < 24) return `${sign}${hours} h${minutes % 60 ? ` ${pad(minutes % 60)} m` : ""}`;
    return `${sign}${Math.floor(hours / 24)} d${hours % 24 ? ` ${hours % 24} h` : ""}`;
  }

  const SPANS = [1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 900, 1800, 3600, 7200, 10800, 21600, 43200, 86400];

  function spanTicks([low, high], count) {
    const rough = (high - low) / count;
    if (rough < 1) return rounds([low, high], count);
    const step = SPANS.find((span) => span >= rough) ?? Math.ceil(rough / 86400) * 86400;
    const ticks = [];
    for (let at = Math.ceil(low / step); at * step <= high; at++) ticks.push(at * step);
    return ticks.length < 2 && count < 6 ? spanTicks([low, high], count + 1) : ticks;
  }

  const LOG_SPANS = [1e-3, 1e-2, 0.1, 1, 10, 60, 600, 3600, 6 * 3600, 86400, 7 * 86400];

  /** Spans of time that a log scale of seconds has ticks at. */
  function logSpanTicks([low, high], least = 0) {
    return [0, ...LOG_SPANS.filter((span) => span >= least)].filter((span) => span >= low && span <= high);
  }

  /** Ticks of moments, in ms, at round times of the reader's clock. */
  function clockTicks([low, high], count) {
    const shift = new Date(low).getTimezoneOffset() * 60; // seconds
    return spanTicks([low / 1000 - shift, high / 1000 - shift], count).map((tick) =>
      Math.round((tick + shift) * 1000),
    );
  }

  /** A formatter of times, made when the first time is worded: making one takes milliseconds. */
  function clock(options) {
    let made = null;
    return (time) => (made ??= new Intl.DateTimeFormat(undefined, { hourCycle: "h23", ...options })).format(time);
  }

  const DAY = { day: "numeric", month: "short" };
  const TIME = { hour: "2-digit", minute: "2-digit" };
  const dayWord = clock(DAY);
  const minuteWord = clock(TIME);
  const secondWord = clock({ ...TIME, second: "2-digit" });
  const fractionWord = clock({ ...TIME, second: "2-digit", fractionalSecondDigits: 3 });
  const momentWord = clock({ ...DAY, ...TIME, second: "2-digit" });

  /** A moment at a tick; the first one says its day, and so does each midnight. */
  function clockWord(time, gap, isFirst) {
    const midnight = new Date(time).getHours() === 0 && new Date(time).getMinutes() === 0;
    if (gap >= 86400e3 || (midnight && gap >= 60e3)) return dayWord(time);
    const word = gap < 1e3 ? fractionWord(time) : gap < 60e3 ? secondWord(time) : minuteWord(time);
    return isFirst ? `${dayWord(time)}, ${word}` : word;
  }

  /** A span at a tick, whole; below seconds with the decimals that its neighbours need. */
  function spanWord(seconds, gap) {
    if (gap < 1) return `${tickWord(seconds, gap, Math.abs(seconds))} s`;
    const size = Math.abs(seconds);
    const rest = size % (size >= 86400 ? 3600 : 60); // what the two largest units leave
    return size < 3600 || !rest ? durationWord(seconds) : `${durationWord(seconds - Math.sign(seconds) * rest)} ${durationWord(rest)}`;
  }

  const SPAN_KINDS = new Set(["relative", "process"]); // x in seconds
  const COUNT_KINDS = new Set(["step", "order"]); // x in whole numbers

  /** Where ticks stand on an axis and what they say, no two the same: [{value, word}]. */
  const ticks = (kind, axis, count) =>
    allTicks(kind, axis, count).filter(({ word }, at, all) => word !== all[at - 1]?.word);

  function allTicks(kind, axis, count) {
    const { type, domain, constant } = axis;
    const spans = SPAN_KINDS.has(kind);
    const counts = COUNT_KINDS.has(kind);
    const bent =
      type === "linear"
        ? []
        : spans
          ? logSpanTicks(domain, type === "symlog" ? constant : 0)
          : type === "log"
            ? logTicks(domain)
            : symlogTicks(axis, count);
    const even = bent.length < 2; // a narrow range of a log scale has the ticks of a linear one, which lie close at its upper end
    let last = -Infinity;
    const clear = (value) => {
      const isNear = axis.to(value) - last < 0.35 / count;
      if (!isNear) last = axis.to(value);
      return !isNear;
    };
    const values = !even
      ? bent
      : spans
        ? spanTicks(domain, count)
        : kind === "time"
          ? clockTicks(domain, count)
          : rounds(domain, count, counts).filter((value) => type === "linear" || clear(value));
    const gaps = values.slice(1).map((value, at) => value - values[at]);
    const gap = gaps.length ? Math.min(...gaps) : Math.abs(values[0] ?? 1) || 1;
    const largest = Math.max(...values.map(Math.abs));
    return values.map((value, at) => {
      if (spans) return { value, word: even ? spanWord(value, gap) : durationWord(value) };
      if (kind === "time") return { value, word: clockWord(value, gap, at === 0) };
      if (counts && largest < 1e7 && gap >= 1) return { value, word: countWord(value) };
      if (even) return { value, word: tickWord(value, gap, largest) };
      const size = Math.abs(value) || gap; // on a log scale every tick has its own neighbourhood
      const asPower = largest >= 1e7 && size >= 1e4; // on one axis in one way
      return { value, word: tickWord(value, size < 1e-4 ? 1e-6 : 10 ** Math.floor(Math.log10(size) + 1e-9), asPower ? Math.max(size, 1e7) : size) };
    });
  }

  /** A value of a metric with the given number of significant digits. */
  function valueWord(value, digits = 5) {
    if (Number.isNaN(value)) return "NaN";
    if (!Number.isFinite(value)) return value > 0 ? "∞" : "\u2212∞";
    if (value === 0) return "0";
    const size = Math.abs(value);
    if (Number.isInteger(value) && size < 1e16 && Number(value.toPrecision(4)) !== value) return signed(String(value));
    if (size >= 1e7 || size < 1e-4) return signed(value.toExponential(Math.max(0, digits - 2)));
    return signed(value.toPrecision(Math.max(digits, Math.ceil(Math.log10(size + 1)))));
  }

  /** Values of one column: with the same number of decimals, so that they stand under one another; what these would leave less than two digits has its own four. */
  function alignedWords(values, digits = 4) {
    const finite = values.filter((value) => Number.isFinite(value) && value !== 0);
    const largest = Math.max(...finite.map(Math.abs), 0);
    if (!finite.length || largest >= 1e7 || largest < 1e-3) return values.map(runfolio.numbers.number);
    let decimals = Math.min(Math.max(0, digits - 1 - Math.floor(Math.log10(largest))), 8);
    const own = new Set(finite.filter((value) => Math.abs(value) < 10 ** (1 - decimals) && Number(value.toFixed(decimals)) !== value));
    const all = finite.filter((value) => !own.has(value)).map((value) => value.toFixed(decimals));
    while (decimals > 0 && all.every((word) => word[word.length - 1] === "0")) {
      decimals--;
      all.forEach((word, at) => (all[at] = word.slice(0, -1)));
    }
    return values.map((value) => {
      if (own.has(value)) return runfolio.numbers.number(value);
      return Number.isFinite(value) ? signed(value.toFixed(decimals)) : valueWord(value);
    });
  }

  /** Where on x a point lies, in words: "step 1,200", "1 h 05 m", "22 Nov, 20:51:07". */
  function xWord(kind, value) {
    if (SPAN_KINDS.has(kind)) return durationWord(value);
    if (kind === "time") return momentWord(value);
    if (kind === "order") return `point ${countWord(value)}`;
    if (kind === "step") return `step ${countWord(value)}`;
    return valueWord(value);
  }

  runfolio.axis = { scale, ticks, valueWord, alignedWords, xWord, durationWord, countWord, plural };
}
