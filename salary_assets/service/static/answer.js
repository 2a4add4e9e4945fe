// Shows an answer of /v1/estimate or /v1/resume.

import { element, notes, section } from "./dom.js";
import { rangePicture } from "./picture.js";
import { language, known, lengthOf, money, month, percent, say, signedMoney, unbroken, wholeThousands } from "./words.js";

export function showEstimate(place, estimate) {
  place.replaceChildren(...estimateCards(estimate));
}

export function showResume(place, answer) {
  const cards = [understoodCard(answer.resume)];
  cards.push(...(answer.estimate ? estimateCards(answer.estimate) : [noEstimateCard(answer.asked)]));
  cards.push(adviceCard(answer.advice));
  place.replaceChildren(...cards);
}

function estimateCards(estimate) {
  const cards = [estimate.enough ? rangeCard(estimate) : notEnoughCard(estimate)];
  if (estimate.contributions.length) cards.push(contributionsCard(estimate));
  cards.push(comparableCard(estimate.comparable));
  return cards;
}

function rangeCard(estimate) {
  const { p10, p50, p90 } = estimate.range;
  const card = section(
    say("range.heading"),
    element("p", { className: "headline", text: `${money(p10)} – ${money(p90)} ₽` }),
    element("p", { className: "small", text: say("range.unit") }),
    rangePicture(estimate.range),
    notes([
      { text: say("range.median", { p50: money(p50) }) },
      { text: say("range.eight", { p10: money(p10), p90: money(p90) }) },
      ...basisNotes(estimate),
      { text: say("note.advertised"), className: "small" },
    ]),
  );
  card.classList.add("full");
  return card;
}

function notEnoughCard(estimate) {
  const card = section(
    say("notenough.heading"),
    element("p", { text: say("notenough.text") }),
    notes(warningNotes(estimate)),
  );
  card.classList.add("full");
  return card;
}

// A resume without a position cannot be estimated; with one, only a missing model stands in the way.
function noEstimateCard(asked) {
  const reason = asked.title || asked.position ? "error.not_ready" : "noestimate.text";
  const card = section(say("noestimate.heading"), element("p", { text: say(reason) }));
  card.classList.add("full");
  return card;
}

function basisNotes(estimate) {
  const { basis, coverage } = estimate;
  const lines = [{ text: say("note.as_of", { month: month(estimate.data_until, "long") }) }];
  const months = { first: basis.first_month && month(basis.first_month), last: basis.last_month && month(basis.last_month) };
  lines.push({ text: basis.vacancies ? say("note.sample", { ...basis, ...months }) : say("note.sample.none") });
  const cell = basis.cell.map(named).join(", ");
  const dropped = basis.dropped.map((name) => say(`group.${name}`).toLowerCase()).join(", ");
  lines.push({ text: say(`note.${basis.kind}`, { cell, dropped }) });
  lines.push({
    text: coverage ? say("note.coverage", { coverage: percent(coverage.measured), target: percent(coverage.target) }) : say("note.coverage.none"),
  });
  lines.push({ text: say("note.confidence", { level: say(`confidence.${estimate.confidence}`) }) });
  return [...lines, ...warningNotes(estimate)];
}

function warningNotes(estimate) {
  return estimate.warnings.map(({ code, names }) => ({ text: say(`note.${code}`, { names: names.join(", ") }), className: "warning" }));
}

function named({ field, value }) {
  return known(`${field}.${value}`) ? say(`${field}.${value}`) : value;
}

const SMALLEST_SHOWN = 500;
const ASKED_AS = { experience: "experience_years", profession: "position" };

// From the average vacancy to the middle of the range, in whole thousands, so that the column adds up to what is shown.
function contributionsCard({ average, contributions, asked, range }) {
  const [start, middle] = [average, range.p50].map(wholeThousands);
  const shown = contributions.filter((one) => Math.abs(one.roubles) >= SMALLEST_SHOWN);
  const rest = middle - start - shown.reduce((sum, one) => sum + wholeThousands(one.roubles), 0);
  return section(
    say("contributions.heading"),
    element("p", { className: "small", text: say("contributions.lead") }),
    element(
      "ul",
      { className: "rows" },
      moneyRow(say("contributions.average"), `${money(start)} ₽`),
      ...shown.map((one) => moneyRow(groupName(one.group, asked), signedMoney(one.roubles))),
      ...(rest ? [moneyRow(say("contributions.rest"), signedMoney(rest))] : []),
      moneyRow(say("contributions.middle"), `${money(middle)} ₽`, "total"),
    ),
  );
}

function moneyRow(name, amount, className = "") {
  return element("li", { className }, element("span", { text: name }), element("span", { className: "money", text: amount }));
}

// What was not asked moves the middle, too: ads that leave it out pay differently on average.
function groupName(group, asked) {
  const field = ASKED_AS[group] ?? group;
  const silent = field in asked && (asked[field] === null || asked[field].length === 0);
  return silent ? say("contributions.silent", { name: say(`group.${group}`) }) : say(`group.${group}`);
}

function comparableCard(comparable) {
  if (!comparable.length) return section(say("comparable.heading"), element("p", { text: say("comparable.none") }));
  const rows = comparable.map((ad) =>
    element(
      "li",
      {},
      element("span", { text: ad.title }),
      element("span", { className: "money", text: payOf(ad) }),
      element("span", { className: "detail small", text: [ad.employer, ad.city, month(ad.month)].filter(Boolean).join(" · ") }),
    ),
  );
  return section(say("comparable.heading"), element("ul", { className: "rows" }, ...rows));
}

function payOf(ad) {
  const low = ad.pay_lower === null ? null : money(ad.pay_lower);
  const high = ad.pay_upper === null ? null : money(ad.pay_upper);
  if (low === null) return say("pay.to", { high });
  if (high === null) return say("pay.from", { low });
  return say("pay.both", { low, high });
}

function understoodCard(resume) {
  const salary = resume["x-salary"];
  const lines = [
    fact("position", salary.desired_position.value),
    fact("grade", gradeWords(salary.grade)),
    fact("experience", experienceWords(salary)),
    fact("region", salary.region.city ?? salary.region.region),
    fact("jobs", String(resume.work.length)),
    fact("expected", salary.expected_pay.quote),
  ];
  const skills = salary.skills.map((skill) => element("span", { className: "tag", text: skill.name }));
  const card = section(
    say("understood.heading"),
    notes(lines),
    element("h3", { text: say("understood.skills") }),
    skills.length ? element("div", {}, ...skills) : element("p", { text: say("understood.unknown") }),
    notes(fileNotes(salary.extraction)),
    element("p", { className: "small", text: say("understood.edit") }),
  );
  card.classList.add("full");
  return card;
}

function fact(name, value) {
  return { text: unbroken(`${say(`understood.${name}`)}: ${value ?? say("understood.unknown")}`) };
}

function gradeWords(grade) {
  if (!grade.value) return null;
  const word = say(`grade.${grade.value}`);
  return grade.source === "inferred" ? `${word} (${say("understood.grade.inferred")})` : word;
}

function experienceWords(salary) {
  const [all, inIt] = [salary.experience_months.value, salary.it_experience_months.value];
  if (all === null) return null;
  return inIt === all ? lengthOf(all) : say("understood.experience.it", { all: lengthOf(all), it: lengthOf(inIt) });
}

function fileNotes(extraction) {
  const lines = [];
  if (extraction.warnings.includes("two_columns")) lines.push({ text: say("file.columns"), className: "warning" });
  if (extraction.warnings.includes("truncated")) lines.push({ text: say("file.truncated"), className: "warning" });
  for (const text of extraction.hidden) lines.push({ text: say("file.hidden", { text }), className: "warning" });
  return lines;
}

function adviceCard(advice) {
  const items = advice.map((item) =>
    element(
      "li",
      {},
      element("span", { text: unbroken(item.text[language]) }),
      ...item.evidence.map((one) => element("blockquote", { text: unbroken(`${say(`evidence.${one.source}`)}: ${one.quote[language]}`) })),
    ),
  );
  const card = section(
    say("advice.heading"),
    items.length ? element("ul", { className: "advice" }, ...items) : element("p", { text: say("advice.none") }),
  );
  card.classList.add("full");
  return card;
}
