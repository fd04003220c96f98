// The tables, and what happens when somebody chooses something else.

const red = (words) => `<strong class="red">${words}</strong>`;
const isRed = (share, limit) => Number.isFinite(share) && share > limit;
const shareText = (share, limit) => (isRed(share, limit) ? red(percent(share)) : percent(share));

/** A cell with what each side says, one below the other. */
function cell(row, title, tell, css = "") {
  const lines = row.compared
    ? ["a", "b"].map((side) => `<span class="side-${side}"><span class="sr">${side.toUpperCase()} </span>${row[side] ? tell(row[side]) : "–"}</span>`).join("")
    : tell(row.a);
  return `<td role="cell" data-title="${title}" class="${css}">${lines}</td>`;
}

const hint = (x, shown) => (Number.isFinite(x) ? `<span title="${x}">${shown}</span>` : shown);
const exact = (x) => hint(x, number(x));

/** Names the feature; a button that opens and closes its details. */
function nameCell(row, id, open) {
  const feature = sides(row)[0].feature;
  const types = [...new Set(sides(row).map((side) => side.feature.type))].join(" → ");
  const gone = row.compared && !row.b ? " · gone" : "";
  const fresh = row.compared && !row.a ? " · new" : "";
  const odd = ["nans", "infinities"].map((what) => sides(row).map((side) => side.feature[what] || 0));
  const told = ["NaN", "infinite"].map((word, i) => (Math.max(...odd[i]) > 0 ? ` · ${red(`${odd[i].map(count).join(" → ")} ${word}`)}` : "")).join("");
  const about = domain(feature) ? ` · ${domain(feature)}` : "";
  return `<th role="rowheader" scope="row"><button type="button" class="name" data-row="${id}" aria-expanded="${open}" aria-controls="d${id}">${nameText(row.name)}</button><small>${types}${gone}${fresh}${about}${told}</small></th>`;
}

const distanceCell = (row) =>
  `<td role="cell" data-title="Distance" class="n">${row.distance === undefined ? "–" : `<span title="${row.measure === "NONE" ? "nothing to measure" : row.measure === "L_INFINITY" ? "L-infinity" : "Jensen-Shannon divergence"}">${distanceText(row.distance)}</span>`}</td>`;

function numberCells(row, state) {
  return [
    cell(row, "Missing", (s) => shareText(s.missing, state.limit), "n"),
    cell(row, "Mean", (s) => exact(s.mean), "n"),
    cell(row, "Std dev", (s) => exact(s.stddev), "n"),
    cell(row, "Zeros", (s) => (s.total > 0 ? shareText(s.zeros, state.limit) : "–"), "n"),
    cell(row, "Min", (s) => exact(s.min), "n"),
    cell(row, "Median", (s) => exact(s.median), "n"),
    cell(row, "Max", (s) => exact(s.max), "n"),
    cell(row, "Distinct", (s) => hint(s.distinct, count(s.distinct)), "n"),
  ].join("");
}

function textCells(row, state) {
  const best = (s) => (s.values.length ? `${valueText(clip(s.values[0].value, 28))} <small>${percent(s.values[0].share)}</small>` : "–");
  return [
    cell(row, "Missing", (s) => shareText(s.missing, state.limit), "n"),
    cell(row, "Distinct", (s) => hint(s.distinct, count(s.distinct)), "n"),
    cell(row, "Most frequent", best),
    cell(row, "Mean length", (s) => number(Number(s.feature.averageLength)), "n"),
  ].join("");
}

const HEADS = {
  numbers: [["Missing", "missing"], ["Mean"], ["Std dev"], ["Zeros", "zeros"], ["Min"], ["Median"], ["Max"], ["Distinct", "distinct"]],
  texts: [["Missing", "missing"], ["Distinct", "distinct"], ["Most frequent"], ["Mean length"]],
};

function head(names, compared, state) {
  const all = [["Feature", "name"], ...(compared ? [["Distance", "distance"]] : []), ...names, ["Histogram", "nonUniformity"]];
  const cells = all.map(([title, key]) => {
    const sorted = key === state.sort ? ` aria-sort="${key === "name" ? "ascending" : "descending"}"` : "";
    const words = key ? `<button type="button" class="sort" data-sort="${key}" title="sort: ${ORDERS[key].title}">${title}</button>` : title;
    return `<th role="columnheader" scope="col"${sorted} class="${["Feature", "Histogram", "Most frequent"].includes(title) ? "" : "n"}">${words}</th>`;
  });
  return { cells: cells.join(""), width: all.length };
}

function table(title, list, names, cells, state, left) {
  if (list.length === 0) return "";
  const compared = list[0].compared;
  const { cells: heads, width } = head(names, compared, state);
  const body = list.map((row) => {
    const open = state.open.has(row.name);
    return `<tr role="row">${nameCell(row, row.order, open)}${compared ? distanceCell(row) : ""}${cells(row, state)}<td role="cell" data-title="" class="h">${sparkline(row, state)}</td></tr>${detailRow(row, state, left, width, open)}`;
  });
  return `<table role="table" class="features"><caption>${title} <small>${grouped(list.length)}</small></caption><thead role="rowgroup"><tr role="row">${heads}</tr></thead><tbody role="rowgroup">${body.join("")}</tbody></table>`;
}

function detailRow(row, state, left, width, open) {
  return open ? `<tr role="row" id="d${row.order}" class="details"><td role="cell" colspan="${width}"><div class="detail">${details(row, state, left)}</div></td></tr>` : "";
}

/** Both tables as HTML. */
function tables(data, state) {
  const { left, pair } = shown(data, state);
  const list = chosen(data, state);
  list.forEach((row) => (row.compared = pair !== undefined));
  return {
    html:
      table("Numbers", list.filter(isNumeric), HEADS.numbers, numberCells, state, left) +
      table("Text", list.filter((row) => !isNumeric(row)), HEADS.texts, textCells, state, left),
    shown: list.length,
    all: rows(data, state).length,
  };
}

/** What the page shows, above the tables: titles, and how many examples. */
function about(data, state) {
  const { left, right, pair } = shown(data, state);
  const side = (letter, one, title) => {
    const weight = one && one.weightedExamples !== undefined ? `, weight ${number(Number(one.weightedExamples))}` : "";
    return `<p><span class="key key-${letter.toLowerCase()}"></span>${pair ? `${letter} ` : ""}<b><bdi>${title}</bdi></b> · ${one ? `${grouped(one.examples)} examples${weight}` : "not there"}</p>`;
  };
  const what = (one) => text([one ? one.split : state.split, one ? one.slice : state.slice].filter(Boolean).join(", "));
  const titleOf = (one) => `${text(data.sides[one ? one.side : 0].title)}</bdi></b> · <b><bdi>${what(one)}`;
  const first = side("A", left, titleOf(left));
  return first + (pair ? side("B", right, right ? titleOf(right) : text(pair.title)) : "");
}

function notes(data, state) {
  const { left, pair } = shown(data, state);
  const lines = ["Histograms have 10 buckets of equal width; of text, the most frequent values. Quantiles: ten boxes of equally many values, the line is the median."];
  if (pair) lines.push("A is filled, B is the outline; both in shares of their own values. Distance of numbers: Jensen-Shannon divergence of histograms of equal mass, 0 to 1; of text: the greatest difference of a value's share.");
  const whole = population(data, state.split, "");
  for (const other of (whole && whole.otherSlices) || []) lines.push(`${grouped(other.slices)} more slices by ${text(other.slicing)} of ${text(state.split)} have ${grouped(other.examples)} examples together, and no statistics of their own.`);
  const custom = Object.entries((left && left.custom) || {});
  if (custom.length) lines.push(`Of whole examples: ${custom.map(([name, x]) => `${text(name)} = ${number(Number(x))}`).join(", ")}.`);
  return lines.map((line) => `<p>${line}</p>`).join("");
}

const option = (value, words, chosenOne) => `<option value="${text(value)}"${value === chosenOne ? " selected" : ""}>${text(words)}</option>`;

/** The state in which a page opens. */
function opening(data) {
  const wholes = data.populations.filter((one) => one.slice === "" && one.side === 0);
  const first = wholes.sort((x, y) => y.examples - x.examples)[0] || { split: "", slice: "" };
  const compared = data.sides.length > 1;
  return { split: first.split, slice: first.slice, pair: compared ? 0 : -1, find: "", sort: compared ? "distance" : "order", chart: "width", log: false, weighted: false, limit: 0.1, alarms: false, open: new Set() };
}

function choices(data, state) {
  const places = [...data.populations, ...data.pairs];
  const splits = [...new Set(places.map((one) => one.split))];
  const slices = [...new Set(places.filter((one) => one.split === state.split).map((one) => one.slice))];
  const pairs = pairsOf(data, state);
  const charts = [["width", "equal width"], ["quantiles", "quantiles"], ["values", "values per example"]];
  return {
    split: splits.map((split) => option(split, split, state.split)).join(""),
    slice: slices.map((slice) => option(slice, slice === "" ? "all examples" : slice, state.slice)).join(""),
    pair: option("-1", "nothing", String(state.pair)) + pairs.map((pair, i) => option(String(i), pair.title, String(state.pair))).join(""),
    sort: Object.entries(ORDERS).filter(([key]) => key !== "distance" || state.pair >= 0).map(([key, order]) => option(key, order.title, state.sort)).join(""),
    chart: charts.map(([key, title]) => option(key, title, state.chart)).join(""),
  };
}

function start(data) {
  const state = opening(data);
  const find = (id) => document.getElementById(id);
  const drawTables = () => {
    const made = tables(data, state);
    find("tables").innerHTML = made.html || "<p>No feature is like that.</p>";
    find("count").textContent = made.shown === made.all ? `${grouped(made.all)} features` : `${grouped(made.shown)} of ${grouped(made.all)} features`;
  };
  const draw = () => {
    if (state.pair >= pairsOf(data, state).length) state.pair = pairsOf(data, state).length ? 0 : -1;
    if (state.sort === "distance" && state.pair < 0) state.sort = "order";
    for (const [id, options] of Object.entries(choices(data, state))) find(id).innerHTML = options;
    find("about").innerHTML = about(data, state);
    find("notes").innerHTML = notes(data, state);
    drawTables();
  };
  const choose = (key, value) => {
    state[key] = value;
    if (key === "split" && !choices(data, state).slice.includes(" selected")) state.slice = "";
    if (key === "pair" && value >= 0 && state.sort === "order") state.sort = "distance";
    draw();
  };
  for (const id of ["split", "slice", "sort", "chart"]) find(id).addEventListener("change", (e) => choose(id, e.target.value));
  find("pair").addEventListener("change", (e) => choose("pair", Number(e.target.value)));
  for (const id of ["log", "weighted", "alarms"]) find(id).addEventListener("change", (e) => choose(id, e.target.checked));
  find("limit").addEventListener("input", (e) => choose("limit", Number(e.target.value) / 100));
  find("find").addEventListener("input", (e) => { state.find = e.target.value; drawTables(); });
  find("bar").addEventListener("submit", (e) => e.preventDefault());
  find("weighted-choice").hidden = data.sides.every((side) => side.weight === undefined);
  find("tables").addEventListener("click", (e) => {
    const sort = e.target.closest("[data-sort]");
    if (sort) {
      choose("sort", sort.dataset.sort);
      find("tables").querySelector(`[data-sort="${sort.dataset.sort}"]`)?.focus();
      return;
    }
    const name = e.target.closest("[data-row]");
    if (name) toggle(name);
  });
  const toggle = (button) => {
    const row = rows(data, state).find((one) => String(one.order) === button.dataset.row);
    const { left, pair } = shown(data, state);
    row.compared = pair !== undefined;
    const line = button.closest("tr");
    if (state.open.delete(row.name)) {
      line.nextElementSibling.remove();
    } else {
      state.open.add(row.name);
      line.insertAdjacentHTML("afterend", detailRow(row, state, left, line.children.length, true));
    }
    button.setAttribute("aria-expanded", state.open.has(row.name));
  };
  draw();
}

if (typeof document !== "undefined") start(JSON.parse(document.getElementById("data").textContent));
