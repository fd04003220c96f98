"use strict";
// Numbers and names as people read them. All text from data goes through text().

const ESCAPES = { "&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;", "'": "&#39;" };
const UNSEEN = /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Cs}]/gu;
const UNITS = ["", "k", "M", "G", "T", "P"];

/** Text from data, safe in HTML and in attributes; what nobody can see becomes \uXXXX. */
function text(value) {
  return String(value)
    .replace(UNSEEN, (c) => "\\u" + c.codePointAt(0).toString(16).padStart(4, "0"))
    .replace(/[&<>"']/g, (c) => ESCAPES[c]);
}

/** A feature's name, which may be broken after a sign between its words. */
function nameText(name) {
  return `<bdi>${text(name).replace(/[_./:-]/g, "$&<wbr>")}</bdi>`;
}

/** A value of a text feature: isolated from the direction of what is around it. */
function valueText(value) {
  return value === "" ? "<i>empty</i>" : `<bdi>${text(value)}</bdi>`;
}

/** At most so many characters, the last one an ellipsis if some were cut. */
function clip(value, most) {
  const points = Array.from(value);
  return points.length <= most ? value : points.slice(0, most - 1).join("") + "…";
}

const FORMATS = Array.from({ length: 8 }, (_, digits) => new Intl.NumberFormat("en-US", { maximumFractionDigits: digits }));

function grouped(x, digits = 0) {
  return FORMATS[digits].format(x).replace("-", "−");
}

/** Four significant digits; whole numbers up to 12 digits in groups, beyond with k, M, G, T, P. */
function number(x) {
  if (x === undefined || Number.isNaN(x)) return "–";
  if (!Number.isFinite(x)) return x > 0 ? "∞" : "−∞";
  const size = Math.abs(x);
  if (Number.isInteger(x) && size < 1e12) return grouped(x);
  if (size >= 1e18 || size < 1e-3) return x.toExponential(2).replace(/-/g, "−").replace("+", "");
  if (size < 1e5) return grouped(Number(x.toPrecision(4)), 7);
  return scaled(x);
}

/** A count: in groups below a million, then as 1.234 M. */
function count(x) {
  return Math.abs(x) < 1e6 ? grouped(x, Number.isInteger(x) ? 0 : 1) : scaled(x);
}

function scaled(x) {
  const unit = Math.min(UNITS.length - 1, Math.floor(Math.log10(Math.abs(x)) / 3));
  return `${grouped(Number((x / 1000 ** unit).toPrecision(4)), 4)} ${UNITS[unit]}`.trim();
}

/** 12.5 %; never 0.0 % or 100.0 % of something that is not. */
function percent(share) {
  if (!Number.isFinite(share)) return "–";
  if (share > 0 && share < 0.0005) return "&lt; 0.1 %";
  if (share < 1 - 1e-9 && share > 0.9995) return "&gt; 99.9 %";
  return `${(100 * share).toFixed(1)} %`;
}

function distanceText(distance) {
  return distance > 0 && distance < 0.0001 ? "&lt; 0.0001" : distance.toFixed(4);
}
