// The range as a picture: a pale bar from p10 to p90, a dark one from p25 to p75, a mark at the middle.

import { shape } from "./dom.js";
import { money, say } from "./words.js";

const WIDTH = 600;
const SIDE = 40;

export function rangePicture(range) {
  const { p10, p25, p50, p75, p90 } = range;
  const low = p10 - (p90 - p10) * 0.12;
  const high = p90 + (p90 - p10) * 0.12;
  const at = (value) => SIDE + ((value - low) / (high - low)) * (WIDTH - 2 * SIDE);
  const label = say("range.picture", { p10: money(p10), p50: money(p50), p90: money(p90) });
  const svg = shape("svg", { class: "picture", viewBox: `0 0 ${WIDTH} 96`, role: "img", "aria-label": label });
  svg.append(shape("line", { x1: SIDE, x2: WIDTH - SIDE, y1: 48, y2: 48, stroke: "#d5dde4", "stroke-width": 2 }));
  svg.append(bar(at(p10), at(p90), "#a9cbe2"));
  if (p25 !== null && p75 !== null) svg.append(bar(at(p25), at(p75), "#5f9cc5"));
  svg.append(shape("rect", { x: at(p50) - 2, y: 30, width: 4, height: 36, fill: "#123a56" }));
  svg.append(mark(at(p10), 84, money(p10)), mark(at(p90), 84, money(p90)), mark(at(p50), 22, money(p50)));
  return svg;
}

function bar(from, to, fill) {
  return shape("rect", { x: from, y: 38, width: Math.max(1, to - from), height: 20, rx: 4, fill });
}

function mark(x, y, text) {
  return shape("text", { x, y, "text-anchor": "middle" }, text);
}
