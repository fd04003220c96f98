// What the tables show of the data: populations, features, shares and the order of rows.

/** A histogram as it stands in the data: [low, high, count], where "NaN" and "Infinity" are text. */
function histogram(buckets) {
  return (buckets || []).map((bucket) => bucket.map(Number));
}

const views = new WeakMap();

/** A feature ready to be drawn, by weight if there is one and it is asked for. */
function view(feature, byWeight) {
  if (!feature) return undefined;
  const twins = byWeight && feature.weighted ? feature.weighted : {};
  const key = twins === feature.weighted ? twins : feature;
  if (!views.has(key)) views.set(key, drawn(feature, twins));
  return views.get(key);
}

function drawn(feature, twins) {
  const of = (name) => Number(twins[name] ?? feature[name]);
  const isNumber = feature.type !== "TEXT" && feature.type !== "BYTES";
  const values = twins.values ?? feature.values ?? [];
  const counts = (twins.weights ?? feature.counts ?? []).map(Number);
  const present = of("present");
  const examples = present + of("missing");
  const total = of("totalValues");
  const result = {
    feature,
    isNumber,
    present,
    examples,
    total,
    missing: examples > 0 ? of("missing") / examples : 0,
    zeros: isNumber && feature.totalValues > 0 ? feature.zeros / feature.totalValues : 0,
    distinct: isNumber ? feature.distinct : feature.unique,
    mean: of("mean"),
    stddev: of("stddev"),
    median: of("median"),
    min: Number(feature.min),
    max: Number(feature.max),
    histogram: histogram(twins.histogram ?? feature.histogram),
    quantiles: histogram(twins.quantiles ?? feature.quantiles),
    valueCounts: histogram(feature.valueCounts),
    values: values.map((value, i) => ({ value, share: total > 0 ? counts[i] / total : 0, count: counts[i] })),
    ranks: counts,
  };
  result.shares = new Map(result.values.map((one) => [one.value, one.share]));
  result.nonUniformity = nonUniformity(isNumber ? result.histogram.map((b) => b[2]) : counts);
  return result;
}

/** 1 less the entropy of the shares over that of as many equal ones: 0 if uniform, 1 if constant. */
function nonUniformity(counts) {
  const total = counts.reduce((sum, x) => sum + x, 0);
  if (total === 0) return 0;
  if (counts.length < 2) return 1;
  const entropy = counts.filter((x) => x > 0).reduce((sum, x) => sum - (x / total) * Math.log(x / total), 0);
  return 1 - entropy / Math.log(counts.length);
}

/** The pairs that what is shown can be compared with. */
function pairsOf(data, state) {
  return data.pairs.filter((pair) => pair.split === state.split && pair.slice === state.slice);
}

function population(data, split, slice) {
  return data.populations.find((one) => one.side === 0 && one.split === split && one.slice === slice);
}

/** The populations on the left and on the right, the latter only if two are compared. */
function shown(data, state) {
  const pair = pairsOf(data, state)[state.pair];
  return pair
    ? { left: data.populations[pair.left], right: data.populations[pair.right], pair }
    : { left: population(data, state.split, state.slice) };
}

/** One row a feature of either side: { name, a, b, distance, measure, order }. */
function rows(data, state) {
  const { left, right, pair } = shown(data, state);
  const found = new Map();
  const add = (side, from) => {
    for (const feature of from ? from.features : []) {
      const row = found.get(feature.name) || { name: feature.name, order: found.size };
      row[side] = view(feature, state.weighted);
      row[side].tokens = (from.tokens || []).find((one) => one.feature === feature.name);
      found.set(feature.name, row);
    }
  };
  add("a", left);
  add("b", right);
  for (const [name, distance, measure] of pair ? pair.distances : []) {
    const row = found.get(name);
    if (row) Object.assign(row, { distance, measure });
  }
  return [...found.values()];
}

const sides = (row) => [row.a, row.b].filter((side) => side !== undefined);
const most = (row, what) => Math.max(...sides(row).map((side) => side[what]));
const isNumeric = (row) => sides(row)[0].isNumber;

/** Whether something about a row is shown in red. */
function isAlarming(row, limit) {
  return sides(row).some(
    (side) => side.missing > limit || side.zeros > limit || side.feature.nans > 0 || side.feature.infinities > 0);
}

const byOrder = (x, y) => x.order - y.order;
const falling = (value) => (x, y) => value(y) - value(x) || byOrder(x, y);
const ORDERS = {
  order: { title: "order in the data", compare: byOrder },
  name: { title: "name", compare: (x, y) => (x.name < y.name ? -1 : x.name > y.name ? 1 : 0) },
  missing: { title: "missing, most first", compare: falling((row) => most(row, "missing")) },
  zeros: { title: "zeros, most first", compare: falling((row) => most(row, "zeros")) },
  nonUniformity: { title: "least uniform first", compare: falling((row) => most(row, "nonUniformity")) },
  distinct: { title: "distinct values, most first", compare: falling((row) => most(row, "distinct")) },
  distance: { title: "distance, largest first", compare: falling((row) => row.distance ?? -1) },
};

/** The rows that are asked for, in the order that is asked for. */
function chosen(data, state) {
  const wanted = state.find.trim().toLowerCase();
  return rows(data, state)
    .filter((row) => row.name.toLowerCase().includes(wanted))
    .filter((row) => !state.alarms || isAlarming(row, state.limit))
    .sort(ORDERS[state.sort].compare);
}
