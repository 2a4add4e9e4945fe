// Texts of the page in the chosen language, numbers and months as that language writes them.

export const language = new URLSearchParams(location.search).get("lang") === "en" ? "en" : "ru";
const locale = language === "en" ? "en-GB" : "ru-RU";
let texts = {};

export async function loadTexts() {
  texts = (await (await fetch("/static/texts.json")).json())[language];
}

export function say(key, values = {}) {
  const text = texts[key];
  if (text === undefined) return key;
  return text.replace(/\{(\w+)\}/g, (whole, name) => (name in values ? String(values[name]) : whole));
}

export function known(key) { return key in texts; }

// To the thousand: a range that is tens of thousands wide deserves no more.
export function money(value) { return (Math.round(value / 1000) * 1000).toLocaleString(locale); }

export function signedMoney(value) { return `${value < 0 ? "−" : "+"}${money(Math.abs(value))} ₽`; }

export function percent(share) { return `${Math.round(share * 100)}\u00a0%`; }

export function month(text) {
  const [year, number] = text.split("-").map(Number);
  const name = new Date(Date.UTC(year, number - 1, 15)).toLocaleDateString(locale, { month: "short", timeZone: "UTC" });
  return `${name.replace(".", "")} ${year}`;
}
