"""The service over real HTTP: estimates, resumes, hostile uploads, and a model that changes while it answers."""

import json
import shutil
import threading
import time
from collections.abc import Callable
from pathlib import Path

import httpx
import pytest

from salary_assets.service.app import create_app
from salary_assets.service.guards import SECURITY_HEADERS
from salary_assets_tests.resume.hostile import HOSTILE
from salary_assets_tests.resume.making import column, make_pdf, simple_docx
from salary_assets_tests.resume.word97 import word97_doc
from salary_assets_tests.service.market import point_to
from salary_assets_tests.service.running import running

ASKED = {"title": "Python-разработчик", "grade": "middle", "region": "Москва", "skills": ["Python", "k8s"]}

RESUME = """Примерова Анна Сергеевна
+7 900 000-11-22, anna@sample-market.example
Middle Python-разработчик
90 000 ₽ на руки
Проживает: Москва
Опыт работы
Март 2021 — по настоящее время
ООО Пример
Python-разработчик
Писала сервис заявок на FastAPI и PostgreSQL, много общалась с заказчиком.
Образование
2018, Технический университет, информатика
Навыки
Python, Django, PostgreSQL"""

NO_POSITION = """Москва
Ищу работу по душе, готова начать хоть завтра и работать сколько нужно, быстро учусь.
Навыки
Python, Django, PostgreSQL"""


def rtf_of(text: str) -> str:
    return "".join("\\par\n" if char == "\n" else f"\\u{ord(char)}?" for char in text)


def estimate(address: str, **asked: object) -> httpx.Response:
    return httpx.post(f"{address}/v1/estimate", json=asked, timeout=30)


def upload(address: str, data: bytes, name: str = "resume.pdf") -> httpx.Response:
    return httpx.post(f"{address}/v1/resume", files={"file": (name, data)}, timeout=60)


def test_an_estimate_gives_an_ordered_range_with_what_it_rests_on(address: str) -> None:
    answer = estimate(address, **ASKED).json()

    percentiles = [answer["range"][name] for name in ("p10", "p25", "p50", "p75", "p90")]
    assert percentiles == sorted(percentiles)
    assert answer["unit"] == "RUB/month net"
    assert answer["n"] > 10
    assert answer["basis"]["employers"] > 5
    assert answer["coverage"] == {"measured": 0.81, "target": 0.8}
    assert answer["model"] == "test-1"
    assert answer["data_until"] == "2026-10"
    assert answer["comparable"]


def test_contributions_come_when_asked_for(address: str) -> None:
    assert estimate(address, **ASKED, explain=True).json()["contributions"]
    assert estimate(address, **ASKED).json()["contributions"] == []


def test_a_senior_is_estimated_above_a_junior(address: str) -> None:
    junior, senior = (estimate(address, **ASKED | {"grade": grade}).json() for grade in ("junior", "senior"))

    assert senior["range"]["p50"] > 1.1 * junior["range"]["p50"]


def test_an_unknown_skill_is_named_and_changes_nothing(address: str) -> None:
    plain = estimate(address, **ASKED).json()
    strange = estimate(address, **ASKED | {"skills": ["Python", "k8s", "телепатия"]}).json()

    assert strange["warnings"] == [{"code": "unknown_skills", "names": ["телепатия"]}]
    assert strange["range"] == plain["range"]


@pytest.mark.parametrize(
    ("asked", "code", "field"),
    [
        ({}, "nothing_asked", None),
        ({"title": "x", "salary": 1}, "invalid", "salary"),
        ({"title": "x", "grade": "god"}, "invalid", "grade"),
        ({"title": "x" * 201}, "invalid", "title"),
        ({"title": "x", "experience_years": -1}, "invalid", "experience_years"),
        ({"title": "x", "experience_years": "three"}, "invalid", "experience_years"),
        ({"title": "x", "skills": ["y"] * 61}, "invalid", "skills"),
        ({"title": "x", "skills": ["y" * 81]}, "invalid", "skills.0"),
        ({"title": 5}, "invalid", "title"),
    ],
)
def test_a_wrong_question_is_refused_with_its_field(address: str, asked: dict, code: str, field: str | None) -> None:
    answer = estimate(address, **asked)

    assert answer.status_code == 422
    assert answer.json()["error"]["code"] == code
    assert answer.json()["error"].get("field") == field


@pytest.mark.parametrize("body", [b"{", b"[]", b'{"title": "x", "experience_years": NaN}', b"\xff\xfe"])
def test_a_body_that_is_no_request_is_refused(address: str, body: bytes) -> None:
    answer = httpx.post(f"{address}/v1/estimate", content=body, headers={"content-type": "application/json"})

    assert answer.status_code in (400, 422)
    assert answer.json()["error"]["code"] == "invalid"


def test_a_large_json_body_is_refused(address: str) -> None:
    assert estimate(address, title="x", skills=["y" * 1000] * 100).status_code == 413


@pytest.mark.parametrize("make", [lambda text: make_pdf(column(50, text.split("\n"))), simple_docx, str.encode])
def test_a_resume_comes_back_structured_estimated_and_advised(address: str, make: Callable[[str], bytes]) -> None:
    answer = upload(address, make(RESUME)).json()

    assert answer["resume"]["basics"]["label"] == "Middle Python-разработчик"
    assert answer["estimate"]["asked"]["grade"] == "middle"
    assert answer["estimate"]["range"]["p10"] > 90_000
    assert "expectation_below" in {advice["kind"] for advice in answer["advice"]}
    assert all(advice["evidence"] for advice in answer["advice"])


@pytest.mark.parametrize(
    "data", [word97_doc(RESUME), ("{\\rtf1\\ansi " + rtf_of(RESUME) + "}").encode()], ids=["DOC", "RTF"]
)
def test_word_documents_of_old_are_read(address: str, data: bytes) -> None:
    answer = upload(address, data, name="resume.doc").json()

    assert answer["resume"]["basics"]["label"] == "Middle Python-разработчик"
    assert answer["resume"]["work"][0]["startDate"] == "2021-03"


def test_a_resume_without_a_position_says_what_was_asked_and_has_no_range(address: str) -> None:
    answer = upload(address, NO_POSITION.encode()).json()

    assert answer["estimate"] is None
    assert answer["asked"] == {"region": "Москва", "skills": ["Python", "Django", "PostgreSQL"]}
    assert "no_position" in {advice["kind"] for advice in answer["advice"]}


def test_a_job_outside_it_is_warned_of(address: str) -> None:
    answer = estimate(address, title="Бухгалтер", position="Не IT вакансия").json()

    assert {"code": "not_it", "names": []} in answer["warnings"]
    assert {"code": "not_it", "names": []} not in estimate(address, **ASKED).json()["warnings"]


def test_nothing_of_the_person_comes_back(address: str) -> None:
    said = upload(address, RESUME.encode()).text

    assert not any(secret in said for secret in ("Примерова", "Анна", "900 000-11-22", "anna@"))


@pytest.mark.parametrize(
    ("content_type", "body"),
    [
        ("application/json", b"{}"),
        ("multipart/form-data", b"nothing"),
        ("multipart/form-data; boundary=x", b"--x\r\nbroken"),
        ("multipart/form-data; boundary=x", b'--x\r\nContent-Disposition: form-data; name="file"\r\n\r\ntext\r\n--x--'),
    ],
)
def test_an_upload_without_a_file_is_refused(address: str, content_type: str, body: bytes) -> None:
    answer = httpx.post(f"{address}/v1/resume", content=body, headers={"content-type": content_type})

    assert answer.status_code == 400
    assert answer.json()["error"]["code"] == "no_file"


def test_a_name_of_the_file_is_never_a_path(address: str) -> None:
    assert upload(address, RESUME.encode(), name="../../../../etc/passwd").status_code == 200


@pytest.mark.parametrize("name", HOSTILE)
def test_a_hostile_upload_is_refused_with_its_reason(address: str, name: str) -> None:
    maker, reasons = HOSTILE[name]

    answer = upload(address, maker())

    assert answer.status_code == 422
    assert answer.json()["error"]["code"] in reasons
    assert httpx.get(f"{address}/healthz").status_code == 200


def test_an_upload_above_the_limit_is_refused(address: str) -> None:
    assert upload(address, b"%PDF-" + bytes(6 * 1024 * 1024)).status_code == 413


def test_uploads_leave_nothing_on_disk(models: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TMPDIR", str(tmp_path))
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    before = sorted(models.rglob("*"))
    with running(create_app(models)) as address:
        upload(address, make_pdf(column(50, RESUME.split("\n"))))
        upload(address, b"%PDF-1.7" + bytes(3 * 1024 * 1024))

        assert list(tmp_path.iterdir()) == []
    assert sorted(models.rglob("*")) == before


def test_estimates_are_answered_while_a_heavy_file_is_read(address: str) -> None:
    heavy = HOSTILE["three million text operators"][0]()
    reading = threading.Thread(target=upload, args=(address, heavy))
    reading.start()
    started = time.monotonic()
    answered = [estimate(address, **ASKED).status_code for _ in range(5)]
    took = time.monotonic() - started
    still_reading = reading.is_alive()
    reading.join()

    assert answered == [200] * 5
    assert still_reading or took < 1


def test_a_foreign_host_name_is_refused(address: str) -> None:
    assert httpx.get(f"{address}/v1/model", headers={"host": "evil.example"}).status_code == 400


def test_the_page_and_its_parts_are_served_with_security_headers(address: str) -> None:
    for path in ("/", "/static/app.js", "/static/style.css", "/static/texts.json", "/v1/catalogue"):
        answer = httpx.get(f"{address}{path}")
        assert answer.status_code == 200
        assert {name: answer.headers.get(name) for name in SECURITY_HEADERS} == SECURITY_HEADERS


def test_an_unknown_path_and_a_path_upwards_are_not_found(address: str) -> None:
    for path in ("/nothing", "/static/../app.py", "/static/%2e%2e/app.py"):
        answer = httpx.get(f"{address}{path}")
        assert answer.status_code == 404
        assert answer.json()["error"]["code"] == "not_found"


def test_metrics_count_answers_and_hold_nothing_that_people_sent(address: str) -> None:
    estimate(address, **ASKED | {"skills": ["секретный навык"]})
    upload(address, RESUME.encode())

    text = httpx.get(f"{address}/metrics").text

    assert 'salary_request_seconds_count{route="estimate",status="2xx"}' in text
    assert 'salary_documents_total{kind="text",outcome="read"}' in text
    assert "секретный" not in text
    assert "Python" not in text


def test_without_a_model_the_service_says_what_to_do(tmp_path: Path) -> None:
    with running(create_app(tmp_path)) as address:
        assert httpx.get(f"{address}/healthz").json() == {"status": "ok"}
        assert httpx.get(f"{address}/readyz").status_code == 503
        answer = estimate(address, **ASKED)
        assert answer.status_code == 503
        assert "make refresh" in answer.json()["error"]["message"]
        structured = upload(address, RESUME.encode()).json()
        assert structured["estimate"] is None
        assert structured["resume"]["basics"]["label"] == "Middle Python-разработчик"


@pytest.fixture
def own_models(models: Path, tmp_path: Path) -> Path:
    """A copy of the models that a test may change, with a second version of the bundle."""
    folder = tmp_path / "models"
    shutil.copytree(models, folder)
    shutil.copytree(folder / "test-1", folder / "test-2")
    manifest = json.loads((folder / "test-2/manifest.json").read_text())
    (folder / "test-2/manifest.json").write_text(json.dumps(manifest | {"version": "test-2"}))
    return folder


def wait_for(condition: Callable[[], bool]) -> bool:
    deadline = time.monotonic() + 20
    while time.monotonic() < deadline:
        if condition():
            return True
        time.sleep(0.1)
    return False


def test_a_new_model_is_taken_up_under_load_without_an_error(own_models: Path) -> None:
    with running(create_app(own_models)) as address:
        answers: list[httpx.Response] = []
        stop = threading.Event()

        def ask() -> None:
            while not stop.is_set():
                answers.append(estimate(address, **ASKED))

        asking = threading.Thread(target=ask)
        asking.start()
        point_to(own_models, "test-2")
        swapped = wait_for(lambda: httpx.get(f"{address}/v1/model").json()["version"] == "test-2")
        stop.set()
        asking.join()

    assert swapped
    assert {answer.status_code for answer in answers} == {200}
    assert {answer.json()["model"] for answer in answers} <= {"test-1", "test-2"}


def test_a_damaged_model_leaves_the_previous_one_answering(own_models: Path) -> None:
    (own_models / "test-2/reference.json").write_bytes(b"{}")
    with running(create_app(own_models)) as address:
        point_to(own_models, "test-2")
        degraded = wait_for(lambda: httpx.get(f"{address}/readyz").json()["status"] == "degraded")
        answer = estimate(address, **ASKED)
        counted = httpx.get(f"{address}/metrics").text

    assert degraded
    assert (answer.status_code, answer.json()["model"]) == (200, "test-1")
    assert "salary_model_load_failures_total 1.0" in counted


@pytest.mark.parametrize("version", ["../elsewhere", "/etc", "nowhere"])
def test_a_pointer_to_no_bundle_leaves_the_previous_one(own_models: Path, version: str) -> None:
    with running(create_app(own_models)) as address:
        point_to(own_models, version)

        assert wait_for(lambda: httpx.get(f"{address}/readyz").json()["status"] == "degraded")
        assert estimate(address, **ASKED).status_code == 200
