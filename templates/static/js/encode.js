// Encode: Vega's expressions of marks as functions made once, in place of a walk through their trees for every
// point and channel. Words that are not known here are left to Vega's own interpreter. No code is made from text.
// Reads    window.vegaInterpreter
// Gives    runfolio.encode()  what a vega.View takes as `expr`
"use strict";
{
  const runfolio = (window.runfolio ??= {});

  const PLAIN = new Set(["line", "symbol"]); // marks whose channels say all: no x2, no y2

  const isDatum = (tree) =>
    tree.type === "MemberExpression" &&
    tree.computed &&
    tree.object.type === "Identifier" &&
    tree.object.name === "datum" &&
    tree.property.type === "Literal";

  /** A scale called with a value; neighbours are mostly alike, so the last answer is kept. */
  function scaled(name, inner, functions) {
    let last;
    let answer;
    let asked = false;
    return (datum) => {
      const value = inner(datum);
      if (asked && value === last) return answer;
      asked = true;
      last = value;
      return (answer = functions.scale(name, value));
    };
  }

  /** The function of a tree, from a datum to a value; null when something in it is not known here. */
  function compiled(tree, functions) {
    if (tree.type === "Literal") return () => tree.value;
    if (isDatum(tree)) {
      const field = tree.property.value;
      return (datum) => datum[field];
    }
    if (tree.type === "UnaryExpression" && tree.operator === "+") {
      const inner = compiled(tree.argument, functions);
      return inner && ((datum) => +inner(datum));
    }
    if (tree.type === "LogicalExpression" && tree.operator === "&&") {
      const [left, right] = [tree.left, tree.right].map((side) => compiled(side, functions));
      return left && right && ((datum) => left(datum) && right(datum));
    }
    if (tree.type !== "CallExpression") return null;
    const { name } = tree.callee;
    const inner = tree.arguments.length ? compiled(tree.arguments.at(-1), functions) : null;
    if (!inner) return null;
    if (name === "isFinite") return (datum) => Number.isFinite(inner(datum));
    if (name === "isValid") {
      return (datum) => {
        const value = inner(datum);
        return value != null && !Number.isNaN(value);
      };
    }
    const [first, ...others] = tree.arguments;
    return name === "_scale" && first.type === "Literal" && others.length === 1
      ? scaled(first.value, inner, functions)
      : null;
  }

  function encode(context, spec) {
    const whole = window.vegaInterpreter.encode;
    if (!PLAIN.has(spec.marktype)) return whole(context, spec);
    const known = [];
    const channels = {};
    for (const [name, channel] of Object.entries(spec.channels)) {
      const value = compiled(channel.ast, context.functions);
      if (value) known.push([name, value]);
      else channels[name] = channel;
    }
    const rest = Object.keys(channels).length ? whole(context, { ...spec, channels }) : null;
    return (item, parameters) => {
      let changed = rest ? rest(item, parameters) : 0;
      for (const [name, value] of known) {
        const next = value(item.datum);
        if (item[name] === next) continue;
        item[name] = next;
        changed = 1;
      }
      return changed;
    };
  }

  runfolio.encode = () => ({ ...window.vegaInterpreter, encode });
}
