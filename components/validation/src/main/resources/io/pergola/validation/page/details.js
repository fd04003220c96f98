// All there is about one feature: what its row opens.

const listed = (pairs) =>
  `<table class="facts" role="table"><tbody>${pairs.map(([name, cells]) => `<tr><th scope="row">${name}</th>${cells.map((cell) => `<td>${cell}</td>`).join("")}</tr>`).join("")}</tbody></table>`;

/** A small table with one column a side. */
function facts(title, row, lines) {
  const both = sides(row);
  const kept = lines.filter(([, tell]) => both.some((side) => tell(side) !== ""));
  if (kept.length === 0) return "";
  const head = both.length > 1 ? '<thead><tr><td></td><th scope="col" class="side-a">A</th><th scope="col" class="side-b">B</th></tr></thead>' : "";
  const body = kept.map(([name, tell]) => `<tr><th scope="row">${name}</th>${both.map((side) => `<td>${tell(side)}</td>`).join("")}</tr>`).join("");
  return `<div><h3>${title}</h3><table class="facts">${head}<tbody>${body}</tbody></table></div>`;
}

const within = (error) => (error > 0 ? ` ±${percent(error)}` : "");
const whole = (x) => (x === undefined ? "" : grouped(Number(x), 2));

function countFacts(row) {
  return facts("Examples and values", row, [
    ["Present", (s) => `${whole(s.present)} <small>${percent(1 - s.missing)}</small>`],
    ["Missing", (s) => `${whole(s.examples - s.present)} <small>${percent(s.missing)}</small>`],
    ["Values", (s) => whole(s.total)],
    ["Values per example", (s) => `${whole(s.feature.minValues)} to ${whole(s.feature.maxValues)}, mean ${number(Number(s.feature.meanValues))}`],
    ["Non-uniformity", (s) => s.nonUniformity.toFixed(3)],
    ["Meaning", (s) => (domain(s.feature) ? `${domain(s.feature)} <small>${percent(Number(s.feature.semanticDomain.share))}</small>` : "")],
  ]);
}

function domain(feature) {
  const found = feature.semanticDomain;
  if (!found) return "";
  const format = found.format ? ` (${text(found.format)})` : "";
  return text(found.kind.toLowerCase().replace(/_/g, " ")) + format;
}

function valueFacts(row) {
  if (!isNumeric(row)) {
    return facts("Text", row, [
      ["Distinct", (s) => whole(s.feature.unique) + within(s.feature.uniqueError)],
      ["Length in bytes", (s) => `${whole(s.feature.minLength)} to ${whole(s.feature.maxLength)}, mean ${number(Number(s.feature.averageLength))}`],
      ["Not UTF-8", (s) => (s.feature.invalidUtf8 > 0 ? red(whole(s.feature.invalidUtf8)) : "")],
      ["Counts too low by at most", (s) => (s.feature.frequencyError > 0 ? whole(s.feature.frequencyError) : "")],
    ]);
  }
  return facts("Numbers", row, [
    ["Mean", (s) => number(s.mean)],
    ["Standard deviation", (s) => number(s.stddev)],
    ["Minimum", (s) => number(s.min)],
    ["Median", (s) => number(s.median)],
    ["Maximum", (s) => number(s.max)],
    ["Zeros", (s) => `${whole(s.feature.zeros)} <small>${percent(s.zeros)}</small>`],
    ["Distinct", (s) => whole(s.feature.distinct) + within(s.feature.distinctError)],
    ["NaN", (s) => (s.feature.nans > 0 ? red(whole(s.feature.nans)) : "")],
    ["Infinite", (s) => (s.feature.infinities > 0 ? red(whole(s.feature.infinities)) : "")],
    ["Ranks off by at most", (s) => (s.feature.rankError > 0 ? percent(s.feature.rankError) : "")],
  ]);
}

function quantileFacts(row, what, title) {
  const bound = (side, i) => {
    const buckets = side[what];
    if (buckets.length === 0) return "";
    if (i === 0) return number(buckets[0][0]);
    const at = Math.ceil((i * buckets.length) / 10) - 1;
    return number(buckets[at][1]);
  };
  return facts(title, row, Array.from({ length: 11 }, (_, i) => [`${i * 10} %`, (side) => bound(side, i)]));
}

/** The 20 most frequent values of each side with their shares on both. */
function topValues(row) {
  const values = new Set();
  sides(row).forEach((side) => side.values.slice(0, 20).forEach((one) => values.add(one.value)));
  if (values.size === 0) return "";
  const share = (side, value) => {
    const known = side.shares.get(value);
    if (known !== undefined) return percent(known);
    const rarest = side.values[side.values.length - 1];
    return side.ranks.length > side.values.length && rarest ? `≤ ${percent(rarest.share)}` : percent(0);
  };
  const lines = [...values].map((value) => [valueText(clip(value, 80)), (side) => share(side, value)]);
  return facts("Most frequent values", row, lines);
}

/** What is known of the tokens of a text: how many, how long, which; and those that were asked for. */
function tokenFacts(row) {
  const both = sides(row).filter((side) => side.tokens);
  if (both.length === 0) return "";
  const of = (tell) => (side) => (side.tokens ? tell(side.tokens) : "");
  const about = facts("Tokens", row, [
    ["Tokens", of((t) => whole(t.tokens))],
    ["In the vocabulary", of((t) => percent(Number(t.coverage)))],
    ["Per example", of((t) => `${whole(t.minSequence)} to ${whole(t.maxSequence)}, mean ${number(Number(t.meanSequence))}`)],
    ["Characters", of((t) => `${number(Number(t.averageLength))} on average`)],
    ["Counts too low by at most", of((t) => (t.frequencyError > 0 ? whole(t.frequencyError) : ""))],
  ]);
  const names = (list) => [...new Set(both.flatMap((side) => list(side.tokens)))];
  const frequent = names((t) => t.values.slice(0, 20)).map((token) => [
    valueText(clip(token, 80)),
    of((t) => (t.values.includes(token) ? count(Number(t.counts[t.values.indexOf(token)])) : "–")),
  ]);
  const asked = names((t) => t.reported.map((one) => one.token)).map((token) => [
    valueText(clip(token, 80)),
    of((t) => {
      const one = t.reported.find((each) => each.token === token);
      return one ? `${count(one.frequency)} <small>in ${percent(Number(one.fractionOfSequences))} of examples</small>` : "";
    }),
  ]);
  return about + facts("Most frequent tokens", row, frequent) + facts("Tokens asked for", row, asked);
}

function customFacts(row) {
  const names = new Set(sides(row).flatMap((side) => Object.keys(side.feature.custom || {})));
  return facts("Of your own", row, [...names].map((name) => [text(name), (side) => {
    const custom = new Map(Object.entries(side.feature.custom || {}));
    return custom.has(name) ? number(Number(custom.get(name))) : "";
  }]));
}

/** How the feature goes with others, on the left side. */
function relations(row, left) {
  const cross = left && left.cross;
  if (!cross) return "";
  const pairs = cross.pairs
    .filter((pair) => pair[0] === row.name || pair[1] === row.name)
    .map((pair) => [pair[0] === row.name ? pair[1] : pair[0], Number(pair[4])])
    .sort((x, y) => Math.abs(y[1]) - Math.abs(x[1]))
    .slice(0, 8);
  const found = (cross.associations || []).find((one) => one.feature === row.name);
  const strongest = pairs.length ? `<div><h3>Strongest correlations</h3>${listed(pairs.map(([name, r]) => [text(name), [r.toFixed(3).replace("-", "−")]]))}</div>` : "";
  if (!found) return strongest;
  const information = found.note
    ? `<p>${text(found.note)}</p>`
    : `<p>${number(Number(found.mutualInformation))} bits of mutual information, ${number(Number(found.adjustedMutualInformation))} less the bias of chance.</p>`;
  const lifts = found.lifts.map((lift) => [`${valueText(clip(lift[1], 40))} → ${valueText(clip(lift[0], 20))}`, [number(Number(lift[2])), `${count(lift[3])} times`]]);
  return `${strongest}<div><h3>With ${text(cross.label)}</h3>${information}${lifts.length ? `<h4>Lift</h4>${listed(lifts)}` : ""}</div>`;
}

function details(row, state, left) {
  const manyValues = sides(row).some((side) => side.feature.maxValues > 1 || side.feature.minValues < side.feature.maxValues);
  return [
    `<div class="drawing">${largeHistogram(row, state)}</div>`,
    isNumeric(row) ? "" : `<div class="drawing">${rankChart(row)}</div>`,
    countFacts(row),
    valueFacts(row),
    isNumeric(row) ? quantileFacts(row, "quantiles", "Quantiles") : topValues(row),
    manyValues ? quantileFacts(row, "valueCounts", "Quantiles of the number of values") : "",
    tokenFacts(row),
    customFacts(row),
    relations(row, left),
  ].join("");
}
