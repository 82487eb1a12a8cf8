// Numbers: how values are worded in tables; the same rules as sitegen/numbers.py and sitegen/cells.py.
// Gives    runfolio.numbers
"use strict";
{
  const runfolio = (window.runfolio ??= {});
  const DIGITS = 4;
  const LARGE = 1e6;
  const SMALL = 1e-4;
  const WHOLE = 1e16; // below it whole numbers are told apart
  const ROUNDING = 1e-12; // of a number, what sums in another order may differ by
  const TELLING = 1000; // percent of a difference beyond which the values themselves tell more
  const LONG = 9; // characters up to which a param's number is printed as it was given
  const DIGIT_BLANK = "\u2007"; // as wide as a digit
  const POINT_BLANK = "\u2008"; // as wide as a point

  const minus = (text) => text.replaceAll("-", "−").replace("e+", "e");
  const magnitude = (value) => Number(value.toExponential(DIGITS - 1).split("e")[1]);

  function exponent(value) {
    const [digits, power] = value.toExponential(DIGITS - 1).split("e");
    return minus(`${digits.includes(".") ? digits.replace(/\.?0+$/, "") : digits}e${Number(power)}`);
  }

  /** A number in few signs: "1.5e7", "0.3". */
  const power = (value) => [String(Number(value.toPrecision(3))), exponent(value)].map(minus).sort((one, other) => one.length - other.length)[0];

  /** Four significant digits: "0.9431", "12.35", "1.2e7". */
  function number(value) {
    if (!Number.isFinite(value)) return Number.isNaN(value) ? "NaN" : value > 0 ? "∞" : "−∞";
    const isShort = Math.abs(value) >= 10 * LARGE && Number(value.toExponential(DIGITS - 1)) === value;
    if (Number.isInteger(value) && Math.abs(value) < WHOLE && !isShort) return minus(String(value));
    if (Math.abs(value) < SMALL || Math.abs(value) >= LARGE) return exponent(value);
    return minus(value.toFixed(Math.max(0, DIGITS - 1 - magnitude(value))));
  }

  /** Whether two numbers are one but for the rounding of sums. */
  const same = (one, other) => one === other || Math.abs(one - other) <= ROUNDING * Math.max(Math.abs(one), Math.abs(other));

  /** A number as a column of these decimals writes it. */
  function inColumn(value, decimals) {
    return decimals === undefined || !value || !Number.isFinite(value) ? number(value) : minus(value.toFixed(decimals));
  }

  /** The size of a difference, in two significant digits: "0.0027", "1.5", "150", "2.1e−5". */
  function rough(value) {
    const rounded = Number(value.toPrecision(2));
    return Number.isInteger(rounded) || Math.abs(rounded) < SMALL || Math.abs(rounded) >= LARGE ? number(rounded) : minus(String(rounded));
  }

  /** A difference or deviation beside numbers of these decimals: where it would read as 0 and is not, in digits of its own. */
  function distance(value, decimals) {
    const text = inColumn(value, decimals);
    return !value || /[1-9∞a]/.test(text) ? text : rough(value);
  }

  /** Numbers of one row, in the decimals that give each of them four digits; those far apart have their own. */
  function inRow(values) {
    const sizes = values.filter((value) => Number.isFinite(value) && value !== 0).map(Math.abs);
    const [smallest, largest] = [Math.min(...sizes), Math.max(...sizes)];
    const whole = sizes.every(Number.isInteger);
    const apart = smallest < SMALL || largest >= LARGE || magnitude(largest) - magnitude(smallest) > 2;
    const decimals = whole || apart ? undefined : Math.max(0, DIGITS - 1 - magnitude(smallest));
    return values.map((value) => inColumn(value, decimals));
  }

  /** A number as its user wrote it, unless that is long. */
  function given(value) {
    if (Number.isInteger(value) && Math.abs(value) < 1e16) return minus(String(value));
    const small = value !== 0 && (Math.abs(value) < SMALL || Math.abs(value) >= 1e16);
    const text = (value) => (small ? value.toExponential().replace("e+", "e") : String(value));
    const short = [text(value), text(Number(value.toPrecision(12)))].find(({ length }) => length <= LONG); // 0.1 + 0.2 is 0.3
    return short ? minus(short) : number(value);
  }

  /** The number with blanks behind it that are as wide as the decimals it lacks. */
  function padded(text, decimals) {
    if (!decimals || !/\d$/.test(text)) return text;
    const [whole, behind = ""] = text.split(".");
    const point = text.includes(".") ? "." : POINT_BLANK;
    return `${whole}${point}${behind}${DIGIT_BLANK.repeat(Math.max(0, decimals - behind.length))}`;
  }

  /** A span of time in its two largest units: "3.2 s", "4 m 20 s", "1 h 05 m", "2 d 04 h". */
  function duration(seconds) {
    const two = (amount) => String(amount).padStart(2, "0");
    if (!(seconds >= 0)) return "–";
    if (seconds < 0.9995) return `${Math.round(seconds * 1000)} ms`;
    if (seconds < 9.95) return `${seconds.toFixed(1)} s`;
    const whole = Math.round(seconds);
    if (whole < 60) return `${whole} s`;
    if (whole < 3600) return `${Math.floor(whole / 60)} m ${two(whole % 60)} s`;
    const minutes = Math.floor(whole / 60);
    if (minutes < 1440) return `${Math.floor(minutes / 60)} h ${two(minutes % 60)} m`;
    const hours = Math.floor(whole / 3600);
    return `${Math.floor(hours / 24).toLocaleString("en")} d ${two(hours % 24)} h`;
  }

  runfolio.numbers = { TELLING, number, power, same, rough, inColumn, distance, inRow, given, padded, duration };
}
