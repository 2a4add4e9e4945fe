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
  return unbroken(text.replace(/\{(\w+)\}/g, (whole, name) => (name in values ? String(values[name]) : whole)));
}

// An amount stays on one line, with its unit.
export function unbroken(text) { return text.replace(/(\d) (?=\d{3}(?!\d)|[%₽])/g, "$1\u00a0"); }

export function known(key) { return key in texts; }

// To the thousand: a range that is tens of thousands wide deserves no more.
export function wholeThousands(value) { return Math.sign(value) * Math.round(Math.abs(value) / 1000) * 1000 || 0; }

export function money(value) { return wholeThousands(value).toLocaleString(locale); }

export function signedMoney(value) { return `${value < 0 ? "−" : "+"}${money(Math.abs(value))} ₽`; }

// A number with its word: 1 год, 2 года, 5 лет.
function counted(key, number) { return say(`${key}.${new Intl.PluralRules(locale).select(number)}`, { number }); }

// Months as years and months; a part that is nought is left out.
export function lengthOf(months) {
  const [years, rest] = [Math.floor(months / 12), months % 12];
  const parts = [];
  if (years) parts.push(counted("years", years));
  if (rest || !years) parts.push(counted("months", rest));
  return parts.join(" ");
}

export function percent(share) { return `${Math.round(share * 100)}\u00a0%`; }

export function month(text, style = "short") {
  const [year, number] = text.split("-").map(Number);
  const name = new Date(Date.UTC(year, number - 1, 15)).toLocaleDateString(locale, { month: style, timeZone: "UTC" });
  return `${name.replace(".", "")} ${year}`;
}
