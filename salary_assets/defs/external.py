"""What the graph reads but does not make: job sites, the Bank of Russia, the LLM, history files."""

from __future__ import annotations

import dagster as dg

GROUP = "external"

EXTERNAL = {
    "hh_ru": ("hh.ru API: the largest Russian job site; needs an application token", "api"),
    "telegram": ("Public Telegram channels with IT vacancies: API, preview pages, Desktop exports", "api"),
    "trudvsem": ("Работа России: the open state vacancy API, no key", "api"),
    "habr_career": ("Habr Career: IT job site, embedded JSON of its pages", "html"),
    "getmatch": ("getmatch: IT job site with a JSON API that states net or gross", "api"),
    "archives": ("History files indexed by `salary-assets archive add`", "file"),
    "cbr_feed": ("Official daily rates of the Bank of Russia", "xml"),
    "mistral_api": ("Mistral chat API, or any compatible server; used only when configured", "api"),
}

external_assets = [
    dg.AssetSpec(name, group_name=GROUP, description=text, kinds={kind}, owners=["team:data-engineering"])
    for name, (text, kind) in EXTERNAL.items()
]
