// The page: two forms, one answer. Language is chosen by the address (?lang=en).

import { showEstimate, showResume } from "./answer.js";
import { element } from "./dom.js";
import { known, language, loadTexts, month, say } from "./words.js";

const form = document.getElementById("ask");
const upload = document.getElementById("resume");
const status = document.getElementById("status");
const answer = document.getElementById("answer");

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
  const years = String(data.get("experience_years") ?? "").trim();
  if (years) request.experience_years = Number(years);
  const skills = String(data.get("skills") ?? "").split(",").map((skill) => skill.trim()).filter(Boolean);
  if (skills.length) request.skills = skills;
  return request;
}

async function send(path, options, busy, show) {
  const buttons = document.querySelectorAll("button");
  buttons.forEach((button) => { button.disabled = true; });
  status.className = "";
  status.textContent = say(busy);
  try {
    const response = await fetch(path, { method: "POST", ...options });
    const body = await response.json();
    if (!response.ok) throw Object.assign(new Error(body.error?.message), { problem: body.error });
    status.textContent = "";
    show(body);
    answer.scrollIntoView();
  } catch (failure) {
    answer.replaceChildren();
    status.className = "error";
    status.textContent = failureText(failure);
    status.scrollIntoView({ block: "nearest" });
  } finally {
    buttons.forEach((button) => { button.disabled = false; });
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
  for (const [name, value] of Object.entries(asked)) {
    if (name in form.elements) form.elements[name].value = Array.isArray(value) ? value.join(", ") : value;
  }
}

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
