// Drawings as SVG text. Left is filled, right is an outline: they differ without colour, too.

const BUCKETS = 10;
const round = (x) => Math.round(x * 10) / 10;

/** The finite range of some histograms; undefined if they have none. */
function range(histograms) {
  const bounds = histograms.flat().flatMap((bucket) => [bucket[0], bucket[1]]).filter(Number.isFinite);
  return bounds.length === 0 ? undefined : [Math.min(...bounds), Math.max(...bounds)];
}

/** The shares of a histogram in equal buckets from low to high, mass spread evenly. */
function rebucketed(buckets, [low, high]) {
  const shares = new Array(BUCKETS).fill(0);
  const total = buckets.reduce((sum, bucket) => sum + bucket[2], 0);
  const width = (high - low) / BUCKETS;
  const at = (x) => Math.max(0, Math.min(BUCKETS - 1, width > 0 ? Math.floor((x - low) / width) : 0));
  for (const [from, to, mass] of buckets) {
    if (mass === 0) continue;
    const left = Math.max(low, from);
    const right = Math.min(high, to);
    if (!(right > left) || !Number.isFinite(to - from)) {
      shares[at(Number.isFinite(left) && left <= high ? left : right)] += mass / total;
      continue;
    }
    for (let i = at(left); i <= at(right); i++) {
      const overlap = Math.min(right, low + (i + 1) * width) - Math.max(left, low + i * width);
      shares[i] += (Math.max(0, overlap) / (right - left)) * (mass / total);
    }
  }
  return shares;
}

/** What bars to draw for a row: their shares on both sides, and what each is called, as HTML. */
function series(row, state) {
  const both = sides(row);
  if (!isNumeric(row)) return valueSeries(row, state.large ? 20 : 12);
  const span = range(both.map((side) => side.histogram));
  if (!span) return { a: [], b: [] };
  const edge = (i) => span[0] + (i * (span[1] - span[0])) / BUCKETS;
  const constant = span[0] === span[1];
  const shares = (side) => {
    if (!side) return [];
    const all = rebucketed(side.histogram, span);
    return constant ? [all.reduce((sum, x) => sum + x, 0)] : all;
  };
  const name = (i) => (constant ? number(span[0]) : `${number(edge(i))} to ${number(edge(i + 1))}`);
  return { a: shares(row.a), b: shares(row.b), name, span };
}

function valueSeries(row, most) {
  const values = new Set();
  const each = Math.ceil(most / sides(row).length);
  sides(row).forEach((side) => side.values.slice(0, each).forEach((one) => values.add(one.value)));
  const list = [...values];
  const shares = (side) => (side ? list.map((value) => side.shares.get(value) ?? 0) : []);
  return { a: shares(row.a), b: shares(row.b), name: (i) => (list[i] === "" ? "empty" : text(clip(list[i], 60))) };
}

/** Heights from 0 to 1 of shares, linear or logarithmic from a ten-thousandth on. */
function heights(shares, largest, log) {
  const scale = log ? (x) => Math.log1p(x * 1e4) : (x) => x;
  return shares.map((share) => (share > 0 ? Math.max(scale(share) / scale(largest), 0.015) : 0));
}

/** One path for all bars of a side: quick to draw where there are hundreds of features. */
function barsPath(tall, x, width, bottom, height, gap) {
  const step = width / tall.length;
  return tall
    .map((t, i) => (t > 0 ? `M${round(x + i * step + gap)} ${bottom}V${round(bottom - t * height)}h${round(step - 2 * gap)}V${bottom}z` : ""))
    .join("");
}

function summary({ a, b, name }, row) {
  const tell = (shares) => {
    const best = shares.indexOf(Math.max(...shares));
    return best < 0 ? "no values" : `most (${percent(shares[best])}) at ${name(best)}`;
  };
  const parts = [];
  if (row.a) parts.push((row.b ? "A: " : "") + tell(a));
  if (row.b) parts.push((row.a ? "B: " : "") + tell(b));
  return `Histogram of ${text(row.name)}. ${parts.join("; ")}`;
}

/** What deciles to draw instead of bars, if any: of the values, or of how many an example has. */
function deciles(row, state) {
  if (state.chart === "values") return "valueCounts";
  return state.chart === "quantiles" && isNumeric(row) ? "quantiles" : undefined;
}

/** The small drawing in a table: bars, or deciles where quantiles are asked for. */
function sparkline(row, state) {
  const width = 200;
  const height = 44;
  const open = (label) => `<svg class="spark" viewBox="0 0 ${width} ${height}" preserveAspectRatio="none" role="img" aria-label="${label}">`;
  if (deciles(row, state)) {
    return `${open(`Deciles of ${text(row.name)}`)}${strips(row, state, width, height - 6, 3)}</svg>`;
  }
  const drawn = series(row, state);
  const largest = Math.max(...drawn.a, ...drawn.b, 0);
  if (!(largest > 0)) return sides(row).some((side) => side.total > 0) ? "" : '<span class="none">no values</span>';
  const path = (shares, css) =>
    shares.length ? `<path class="${css}" d="${barsPath(heights(shares, largest, state.log), 0, width, height - 1, height - 4, 1.5)}"/>` : "";
  return `${open(summary(drawn, row))}<path class="axis" d="M0 ${height - 0.5}H${width}"/>${path(drawn.a, "bar-a")}${path(drawn.b, "bar-b")}</svg>`;
}

/** A position on an axis from 0 to 1: linear, or logarithmic on both sides of 0. */
function axis([low, high], log) {
  const unit = Math.max(Math.abs(low), Math.abs(high)) / 1e4 || 1;
  const bend = log ? (x) => Math.sign(x) * Math.log1p(Math.abs(x) / unit) : (x) => x;
  const width = bend(high) - bend(low);
  return (x) => (width > 0 ? (bend(Math.min(high, Math.max(low, x))) - bend(low)) / width : 0.5);
}

/** The deciles of each side: ten boxes of equally many values, light and dark, and the median. */
function strips(row, state, width, height, top) {
  const what = deciles(row, state);
  const span = range(sides(row).map((side) => side[what]));
  if (!span) return "";
  const at = axis(span, state.log);
  const each = height / 2;
  const strip = (side, css, y) => {
    if (!side || side[what].length === 0) return "";
    const boxes = side[what].map(([from, to], i) => {
      const x = at(from) * (width - 2);
      const wide = Math.max(1, at(to) * (width - 2) - x);
      return `<rect class="${css} box${i % 2}" x="${round(x)}" y="${y}" width="${round(wide)}" height="${round(each - 4)}"><title>${number(from)} to ${number(to)}</title></rect>`;
    });
    const median = what === "quantiles" ? side.median : side[what][Math.ceil(side[what].length / 2) - 1][1];
    const x = round(at(median) * (width - 2));
    return `${boxes.join("")}<path class="median" d="M${x + 0.5} ${y - 2}v${round(each)}"/>`;
  };
  const onlyOne = sides(row).length === 1;
  return strip(row.a, "strip-a", onlyOne ? top + each / 2 : top) + strip(row.b, "strip-b", onlyOne ? top + each / 2 : top + each);
}

const frame = (label, body) =>
  `<svg class="large" viewBox="0 0 520 210" role="img" aria-label="${label}">${body}</svg>`;
const label = (x, y, anchor, words) => `<text x="${x}" y="${y}" text-anchor="${anchor}">${words}</text>`;

/** The large drawing of a row's details, with axes; each bar tells its numbers. */
function largeHistogram(row, state) {
  const [left, bottom, width, height] = [56, 170, 456, 150];
  const what = deciles(row, state);
  if (what) {
    const span = range(sides(row).map((side) => side[what]));
    if (!span) return "";
    const ends = label(left, 190, "start", number(span[0])) + label(left + width, 190, "end", number(span[1]));
    return frame(`Deciles of ${text(row.name)}`, `<g transform="translate(${left} 20)">${strips(row, state, width, 140, 0)}</g>${ends}`);
  }
  const drawn = series(row, { ...state, large: true });
  const largest = Math.max(...drawn.a, ...drawn.b, 0);
  if (!(largest > 0)) return "";
  const n = Math.max(drawn.a.length, drawn.b.length);
  const step = width / n;
  const bars = (shares, css) =>
    heights(shares, largest, state.log)
      .map((t, i) => (t > 0 ? `<rect class="${css}" x="${round(left + i * step + 2)}" y="${round(bottom - t * height)}" width="${round(step - 4)}" height="${round(t * height)}"/>` : ""))
      .join("");
  const hover = Array.from({ length: n }, (_, i) => drawn.name(i))
    .map((name, i) => {
      const told = [["A", drawn.a], ["B", drawn.b]].filter(([, shares]) => shares.length).map(([side, shares]) => (sides(row).length > 1 ? `${side} ` : "") + percent(shares[i]));
      return `<rect class="hover" x="${round(left + i * step)}" y="20" width="${round(step)}" height="150"><title>${name}: ${told.join(", ")}</title></rect>`;
    })
    .join("");
  const grid = [1, 0.5].map((part) => `<path class="grid" d="M${left} ${bottom - part * height}h${width}"/>`).join("");
  const tops = label(left - 6, 24, "end", percent(largest)) + (state.log ? "" : label(left - 6, 99, "end", percent(largest / 2)));
  const ends = drawn.span
    ? [...new Set([0, 0.5, 1].map((part) => drawn.span[0] + part * (drawn.span[1] - drawn.span[0])))].map((x, i, all) => label(left + (all.length > 1 ? i * 0.5 : 0.5) * width, 190, all.length === 1 || i === 1 ? "middle" : i === 0 ? "start" : "end", number(x))).join("")
    : label(left, 190, "start", `the ${n} most frequent values`);
  return frame(summary(drawn, row), `${grid}${tops}${bars(drawn.a, "bar-a")}${bars(drawn.b, "bar-b")}<path class="axis" d="M${left} ${bottom}h${width}"/>${ends}${hover}`);
}

/** How frequencies fall with rank, both axes logarithmic: up to 1,000 values. */
function rankChart(row) {
  const lists = sides(row).map((side) => side.ranks.map((x) => x / side.total));
  const length = Math.max(...lists.map((list) => list.length));
  if (length < 3) return "";
  const [left, bottom, width, height] = [56, 170, 456, 150];
  const top = Math.max(...lists.map((list) => list[0] || 0));
  const least = Math.min(top / 10, ...lists.filter((list) => list.length).map((list) => list[list.length - 1]));
  const y = (share) => bottom - height * (top > least ? Math.log(share / least) / Math.log(top / least) : 1);
  const x = (i) => left + (width * Math.log(i + 1)) / Math.log(length);
  const line = (side, css) => (side && side.total > 0 ? `<polyline class="${css}" points="${side.ranks.map((c, i) => `${round(x(i))},${round(y(c / side.total))}`).join(" ")}"/>` : "");
  const words = label(left, 190, "start", "rank 1") + label(left + width, 190, "end", `rank ${grouped(length)}`) + label(left - 6, 24, "end", percent(top)) + label(left - 6, bottom, "end", percent(least));
  return frame(`Share by rank of ${text(row.name)}, from ${percent(top)} at rank 1 down to rank ${length}`, `<path class="axis" d="M${left} ${bottom}h${width}"/>${line(row.a, "line-a")}${line(row.b, "line-b")}${words}`);
}
