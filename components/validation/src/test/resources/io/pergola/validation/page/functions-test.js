
const assert = require("assert");
const same = (found, expected) => assert.deepStrictEqual(found, expected);

same([0, 1234567, 17031839100, -5, 0.8931, 12.345678, 1234567.5, 1.5e13, 3e-7, NaN, Infinity, undefined].map(number),
  ["0", "1,234,567", "17,031,839,100", "−5", "0.8931", "12.35", "1.235 M", "15 T", "3.00e−7", "–", "∞", "–"]);
same([0, 999999, 1234567, 2.5].map(count), ["0", "999,999", "1.235 M", "2.5"]);
same([0, 0.0001, 0.125, 0.9999, 1 - 1e-15, 1, NaN].map(percent), ["0.0 %", "&lt; 0.1 %", "12.5 %", "&gt; 99.9 %", "100.0 %", "100.0 %", "–"]);
same(text("<b a='1'>&\u202e\n"), "&lt;b a=&#39;1&#39;&gt;&amp;\\u202e\\u000a");
same(clip("🍣🍣🍣", 2), "🍣…");

// A uniform histogram over 0..10, seen over 0..20, has all its mass in the lower half, a fifth in each bucket.
const uniform = Array.from({ length: 10 }, (_, i) => [i, i + 1, 7]);
const shares = rebucketed(uniform, [0, 20]);
shares.forEach((share, i) => assert(Math.abs(share - (i < 5 ? 0.2 : 0)) < 1e-12, String(shares)));
same(rebucketed([[4, 4, 3]], [0, 10]), [0, 0, 0, 0, 1, 0, 0, 0, 0, 0]);
same(rebucketed([[10, 10, 3]], [0, 10])[9], 1);

same(nonUniformity([5, 5, 5, 5]), 0);
same(nonUniformity([5, 0]), 1);
same(nonUniformity([5]), 1);
assert(Math.abs(nonUniformity([3, 1]) - (1 - (0.75 * Math.log2(4 / 3) + 0.25 * 2))) < 1e-12);

// Of text, too, the number of values per example is drawn as ten boxes.
const tags = { name: "tags", a: view({ type: "TEXT", present: 10, missing: 0, totalValues: 60, valueCounts: Array.from({ length: 10 }, (_, i) => [i, i + 1, 1]), values: ["a"], counts: [60] }, false) };
same(series(tags, { chart: "values" }).a, [1]);
same(sparkline(tags, { chart: "values" }).match(/<rect/g).length, 10);
assert(!sparkline(tags, { chart: "quantiles" }).includes("<rect"));

const linear = axis([0, 100], false);
same([0, 25, 100].map(linear), [0, 0.25, 1]);
const log = axis([-100, 100], true);
assert(Math.abs(log(0) - 0.5) < 1e-12 && log(1) > 0.7 && log(100) === 1);

const data = JSON.parse(require("fs").readFileSync(process.argv[2], "utf8"));
const state = opening(data);
same(state.split, "eval");
state.split = "train";
const names = () => chosen(data, state).map((row) => row.name);
same(names(), ["fare", "photo", "company"]);
state.sort = "name";
same(names(), ["company", "fare", "photo"]);
state.sort = "missing";
same(names()[0], "fare");
state.alarms = true;
same(names(), ["fare"]);
state.alarms = false;
state.find = " COM ";
same(names(), ["company"]);
console.log("ok");
