// The page: two forms, one answer. Language is chosen by the address (?lang=en); what was asked stands behind its #,
// which browsers send nowhere, so that going back, reloading and changing the language bring the answer again.

import { showEstimate, showResume } from "./answer.js";
import { element } from "./dom.js";
import { known, language, loadTexts, month, say } from "./words.js";

const form = document.getElementById("ask");
const upload = document.getElementById("resume");
const status = document.getElementById("status");
const answer = document.getElementById("answer");
const FIELDS = ["title", "position", "grade", "experience_years", "region", "work_format", "skills"];
let busy = false;

function translate() {
  document.documentElement.lang = language;
  document.title = say("title");
  for (const node of document.querySelectorAll("[data-text]")) node.textContent = say(node.dataset.text);
  for (const node of document.querySelectorAll("[data-placeholder]")) node.placeholder = say(node.dataset.placeholder);
  const other = document.getElementById("language");
  other.textContent = say("language");
  other.href = language === "en" ? "/" : "/?lang=en";
  other.hreflang = language === "en" ? "ru" : "en";
}

function fill(select, values, prefix) {
  select.replaceChildren(new Option(say("any"), ""), ...values.map((value) => new Option(known(`${prefix}.${value}`) ? say(`${prefix}.${value}`) : value, value)));
}

async function loadCatalogue() {
  const response = await fetch("/v1/catalogue");
  const catalogue = await response.json();
  fill(form.position, catalogue.positions, "position");
  fill(form.grade, catalogue.grades, "grade");
  fill(form.work_format, catalogue.work_formats, "work_format");
  document.getElementById("places").replaceChildren(...catalogue.places.map((place) => new Option(place, place)));
}

async function showModel() {
  const line = document.getElementById("model");
  const response = await fetch("/v1/model");
  if (!response.ok) { line.textContent = say("model.none"); return; }
  const model = await response.json();
  const parts = [say("model.line", { version: model.version, first: month(model.data_from), last: month(model.data_until) })];
  if (model.generated_market) parts.push(say("model.sample"));
  if (model.degraded) parts.push(say("model.degraded"));
  line.replaceChildren(...parts.map((text) => element("p", { text })));
}

function asked() {
  const data = new FormData(form);
  const request = { explain: true };
  for (const name of ["title", "position", "grade", "region", "work_format"]) {
    const value = String(data.get(name) ?? "").trim();
    if (value) request[name] = value;
  }
  const years = String(data.get("experience_years") ?? "").trim().replace(",", ".");
  if (years) request.experience_years = Number.isFinite(Number(years)) ? Number(years) : years;
  const skills = String(data.get("skills") ?? "").split(",").map((skill) => skill.trim()).filter(Boolean);
  if (skills.length) request.skills = skills;
  return request;
}

// A button that is disabled while it waits would lose the focus of who works with the keyboard.
function wait(waiting) {
  busy = waiting;
  document.querySelectorAll("button").forEach((button) => button.setAttribute("aria-disabled", String(waiting)));
}

async function send(path, options, meanwhile, show) {
  if (busy) return;
  wait(true);
  status.className = "";
  status.textContent = say(meanwhile);
  try {
    const response = await fetch(path, { method: "POST", ...options });
    const body = await response.json();
    if (!response.ok) throw Object.assign(new Error(body.error?.message), { problem: body.error });
    show(body);
    status.textContent = say("done");
    keepQuestion();
    answer.scrollIntoView();
  } catch (failure) {
    answer.replaceChildren();
    status.className = "error";
    status.textContent = failureText(failure);
    status.scrollIntoView({ block: "nearest" });
  } finally {
    wait(false);
  }
}

function failureText(failure) {
  if (!failure.problem) return say("error.network");
  const { code, message, field } = failure.problem;
  const label = field && known(`ask.${field.split(".")[0].replace("_years", "")}`) ? say(`ask.${field.split(".")[0].replace("_years", "")}`) : field;
  return known(`error.${code}`) ? say(`error.${code}`, { field: label }) : message;
}

// What the last resume or question left in the form goes: it is not about this person.
function fillForm(asked) {
  form.reset();
  for (const name of FIELDS) {
    const value = asked[name];
    if (value !== undefined) form.elements[name].value = Array.isArray(value) ? value.join(", ") : value;
  }
}

function keepQuestion() {
  const filled = [...new FormData(form)].filter(([, value]) => value);
  history.replaceState(null, "", `#${new URLSearchParams(filled)}`);
}

function askAgain() {
  const kept = new URLSearchParams(location.hash.slice(1));
  if (!kept.has("title") && !kept.has("position")) return;
  fillForm(Object.fromEntries(kept));
  form.requestSubmit();
}

document.getElementById("language").addEventListener("click", (event) => { event.currentTarget.hash = location.hash; });

form.addEventListener("submit", (event) => {
  event.preventDefault();
  const options = { headers: { "content-type": "application/json" }, body: JSON.stringify(asked()) };
  send("/v1/estimate", options, "busy", (estimate) => showEstimate(answer, estimate));
});

upload.addEventListener("submit", (event) => {
  event.preventDefault();
  if (!upload.elements.file.files.length) {
    status.className = "error";
    status.textContent = say("error.no_file");
    return;
  }
  send("/v1/resume", { body: new FormData(upload) }, "busy.resume", (result) => {
    fillForm(result.asked);
    showResume(answer, result);
  });
});

await loadTexts();
translate();
document.body.dataset.ready = "yes";
await Promise.all([loadCatalogue(), showModel()]);
askAgain();
