"""Closed vocabularies that several tables share. A value outside its vocabulary is a contract error."""

from __future__ import annotations

from typing import Literal, get_args

Kind = Literal["vacancy", "resume", "other"]
KINDS: tuple[Kind, ...] = get_args(Kind)
Grade = Literal["intern", "junior", "middle", "senior", "lead", "chief"]
GRADES: tuple[Grade, ...] = get_args(Grade)
"""From first job to head of a function. An ad may name several."""

WorkFormat = Literal["remote", "hybrid", "office"]
WORK_FORMATS: tuple[WorkFormat, ...] = get_args(WorkFormat)
Employment = Literal["full", "part", "project", "internship", "volunteer"]
EMPLOYMENT: tuple[Employment, ...] = get_args(Employment)
Tax = Literal["net", "gross", "unknown"]
TAXES: tuple[Tax, ...] = get_args(Tax)
Period = Literal["month", "hour", "day", "shift", "week", "year", "project"]
PERIODS: tuple[Period, ...] = get_args(Period)
"""What one stated amount pays for."""

TESTS = ("random", "employer", "time")
"""A: random by near-duplicate group. B: employers that training never saw. C: the last period."""

TRANSPORTS = ("api", "page", "archive", "export")
DATE_PRECISIONS = ("second", "day", "month")
OUTCOMES = ("ok", "empty", "blocked", "broken")
"""How collecting ends. Blocked (the source refuses us) is never empty (confirmed: there is nothing)."""

Position = Literal[
    "BI-аналитик, аналитик данных",
    "DevOps-инженер",
    "Аналитик",
    "Арт-директор, креативный директор",
    "Бизнес-аналитик",
    "Гейм-дизайнер",
    "Дата-сайентист",
    "Дизайнер, художник",
    "Директор по информационным технологиям (CIO)",
    "Менеджер продукта",
    "Методолог",
    "Программист, разработчик",
    "Продуктовый аналитик",
    "Руководитель группы разработки",
    "Руководитель отдела аналитики",
    "Руководитель проектов",
    "Сетевой инженер",
    "Системный администратор",
    "Системный аналитик",
    "Системный инженер",
    "Специалист по информационной безопасности",
    "Специалист технической поддержки",
    "Тестировщик",
    "Технический директор (CTO)",
    "Технический писатель",
    "Другая IT вакансия",
    "Не IT вакансия",
]
POSITIONS: tuple[Position, ...] = get_args(Position)
"""The 25 professions of hh.ru's IT category (api.hh.ru/professional_roles, category 11) and two catch-alls."""

OTHER_IT = "Другая IT вакансия"
NOT_IT = "Не IT вакансия"
