// Exports: the rows listed and the columns shown as text: CSV with all digits, Markdown and LaTeX as the table words them.
// Values are never altered: a text that begins with "=" stays as it is, quoted where CSV asks for it (docs/site.md).
// Gives    runfolio.exports  csv(), markdown(), latex(), download(), copy(which)
"use strict";
{
  const runfolio = (window.runfolio ??= {});
  const { data, names, rowGroups, table } = runfolio;
  const MOST = 40; // letters of a text that is worded

  const quoted = (text) => (/[",\r\n]|^\s|\s$/.test(text) ? `"${text.replaceAll('"', '""')}"` : text);

  /** What a column is called where there is no room for two lines. */
  const title = ({ kind, label, sub }) => [kind === "delta" ? "Δ" : "", label, sub].filter(Boolean).join(" ");
  const named = (column) => title({ ...column, label: (column.of ?? column).metric });

  function whole(column, run) {
    if (column.kind === "time") {
      const ms = column.key(run);
      return ms === null ? "" : new Date(ms).toISOString();
    }
    if (column.kind === "delta") return column.key(run) === null ? "" : String(column.key(run));
    const value = column.value(run);
    if (typeof value === "bigint") return String(value);
    if (typeof value === "number") return Number.isNaN(value) ? "nan" : String(value).replace("Infinity", "inf");
    const key = column.key(run);
    return key === null ? "" : String(key);
  }

  const isMean = ({ kind }) => kind === "number" || kind === "duration";

  /** A cell of a group in CSV: mean and standard deviation of numbers, else what all its runs share. */
  function together(column, group) {
    if (isMean(column)) {
      const { n, mean, std } = rowGroups.mean(group.runs, column);
      return [n ? String(mean) : "", n > 1 ? String(std) : ""];
    }
    if (column.kind === "delta") {
      const delta = column.groupRank(group);
      return [Number.isFinite(delta) ? String(delta) : ""];
    }
    const found = new Set(group.runs.map((run) => whole(column, run)));
    return [found.size === 1 ? [...found][0] : ""];
  }

  function csv() {
    const { items, groups } = table.listed();
    const columns = table.entries().map(({ column }) => column);
    const grouped = groups.length > 0;
    const head = [grouped ? "runs" : "run", ...(grouped ? ["n"] : [])];
    for (const column of columns) head.push(...(grouped && isMean(column) ? [`${named(column)} mean`, `${named(column)} std`] : [named(column)]));
    head.push("run_id"); // two runs may have one name
    const lines = items.map((item) => {
      if (item < 0) {
        const group = table.group(item);
        return [group.label, String(group.runs.length), ...columns.flatMap((column) => together(column, group)), ""];
      }
      const cells = columns.flatMap((column) => (grouped && isMean(column) ? [whole(column, item), ""] : [whole(column, item)]));
      return [data.page.runs[item].name, ...(grouped ? ["1"] : []), ...cells, data.page.runs[item].id];
    });
    return [head, ...lines].map((line) => line.map(quoted).join(",")).join("\r\n") + "\r\n";
  }

  /** The table as it is worded: {head, right: whether each column stands to the right, lines}. */
  function worded() {
    const columns = table.entries().map(({ column }) => column);
    const { items } = table.listed();
    /** Texts of a column, those that are long told from one another. */
    const texts = (column) => {
      const cells = items.map((item) => (item < 0 ? rowGroups.cell(table.group(item), column) : column.cell(item)));
      const long = [...new Set(cells.filter(({ kind, title }) => kind === "text" && title.length > MOST).map(({ title }) => title))];
      const cut = new Map(names.cut(long, MOST).map((text, at) => [long[at], text]));
      return cells.map(({ text, title }) => cut.get(title) ?? text.replace(/[\u2007\u2008]/g, ""));
    };
    const filled = columns.map(texts);
    const name = (item) => (item < 0 ? `${table.group(item).label} (n ${table.group(item).runs.length})` : data.page.runs[item].label);
    return {
      head: ["run", ...columns.map(title)],
      right: [false, ...columns.map(({ numeric }) => numeric)],
      lines: items.map((item, at) => [name(item), ...filled.map((cells) => cells[at])]),
    };
  }

  function markdown() {
    const { head, right, lines } = worded();
    const escaped = (text) => text.replace(/[\\\x60*_{}[\]<>|~#&$]/g, "\\$&").replace(/\s+/g, " ");
    const row = (cells) => `| ${cells.map(escaped).join(" | ")} |`;
    return [row(head), `| ${right.map((is) => (is ? "--:" : "---")).join(" | ")} |`, ...lines.map(row)].join("\n") + "\n";
  }

  const LATEX = new Map([
    ["\\", "\\textbackslash{}"], ["~", "\\textasciitilde{}"], ["^", "\\textasciicircum{}"], ["−", "$-$"], ["±", "$\\pm$"],
    ["≈", "$\\approx$"], ["Δ", "$\\Delta$"], ["∞", "$\\infty$"], ["▲", "$\\uparrow$"], ["▼", "$\\downarrow$"], ["–", "--"], ["…", "\\ldots{}"],
    ["<", "\\textless{}"], [">", "\\textgreater{}"], ["|", "\\textbar{}"],
  ]); // prettier-ignore

  function latex() {
    const { head, right, lines } = worded();
    const escaped = (text) => text.replace(/\s+/g, " ").replace(/[&%$#_{}]|[\\~^−±≈Δ∞▲▼–…<>|]/g, (sign) => LATEX.get(sign) ?? `\\${sign}`);
    const row = (cells) => `  ${cells.map(escaped).join(" & ")} \\\\`;
    const rule = (name) => `  \\${name}rule`;
    return [
      `\\begin{tabular}{${right.map((is) => (is ? "r" : "l")).join("")}}`,
      rule("top"), row(head), rule("mid"), ...lines.map(row), rule("bottom"),
      "\\end{tabular}", "",
    ].join("\n"); // prettier-ignore
  }

  function download() {
    const link = document.createElement("a");
    link.href = URL.createObjectURL(new Blob([csv()], { type: "text/csv;charset=utf-8" }));
    link.download = `${document.title.replace(/[^\p{L}\p{N}]+/gu, "-").replace(/^-|-$/g, "") || "runs"}.csv`;
    link.click();
    setTimeout(() => URL.revokeObjectURL(link.href), 10_000);
  }

  /** Put a form into the clipboard; says what became of it. */
  async function copy(which) {
    const text = { markdown, latex }[which]();
    return (await runfolio.copied(text)) ? "copied" : "the browser does not allow it";
  }

  if (table) runfolio.exports = { csv, markdown, latex, download, copy };
}
