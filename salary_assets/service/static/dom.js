// Builds the page's elements. Everything shown goes in as text, never as HTML.

const SVG = "http://www.w3.org/2000/svg";

export function element(tag, options = {}, ...children) {
  const node = document.createElement(tag);
  if (options.className) node.className = options.className;
  if (options.text !== undefined) node.textContent = options.text;
  node.append(...children.filter((child) => child !== null && child !== undefined));
  return node;
}

export function shape(tag, attributes, text) {
  const node = document.createElementNS(SVG, tag);
  for (const [name, value] of Object.entries(attributes)) node.setAttribute(name, value);
  if (text !== undefined) node.textContent = text;
  return node;
}

export function section(heading, ...children) {
  return element("section", { className: "card" }, element("h2", { text: heading }), ...children);
}

export function notes(lines) {
  return element("ul", { className: "notes" }, ...lines.map((line) => element("li", line)));
}
