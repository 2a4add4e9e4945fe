"""The application token of hh.ru: asked for once and kept, because asking again revokes the one in use.

hh.ru OpenAPI, POST /token with grant_type=client_credentials: the token does not expire, a new one may be asked for
once in five minutes, and each new one ends the one before.
"""

from __future__ import annotations

import json
import os
import re
import tempfile
from pathlib import Path

from filelock import FileLock

from salary_assets.sources.base import Refused
from salary_assets.sources.http import Blocked, Http
from salary_assets.sources.live import NotConfigured
from salary_assets.storage import Settings

HOW_TO_GET = (
    "hh.ru gives ads only to registered applications: register one at https://dev.hh.ru/admin and set HH_APP_TOKEN, or"
    " HH_CLIENT_ID and HH_CLIENT_SECRET; past months come from history files (salary-assets archive add hh FILE)"
)

_TOKEN = re.compile(r"[A-Za-z0-9._~+/-]+=*")
"""A bearer token (RFC 6750, 2.1)."""


def token_file(settings: Settings) -> Path:
    return settings.cache / "hh-token.json"


def app_token(settings: Settings, http: Http) -> str:
    """HH_APP_TOKEN, else the token kept in the home, else one exchanged for HH_CLIENT_ID and HH_CLIENT_SECRET.

    Raises NotConfigured when there are no credentials, Blocked when hh.ru refuses them.
    """
    # Files of secrets end with a line's end, which no header can carry.
    given, client, secret = (
        settings.env.get(name, "").strip() for name in ("HH_APP_TOKEN", "HH_CLIENT_ID", "HH_CLIENT_SECRET")
    )
    if given and not _TOKEN.fullmatch(given):
        # The token itself is not told: it may be one with something pasted beside it.
        raise NotConfigured("HH_APP_TOKEN holds signs that no token has: copy it again from https://dev.hh.ru/admin")
    if given:
        return given
    if not client or not secret:
        raise NotConfigured(HOW_TO_GET)
    path = token_file(settings)
    path.parent.mkdir(parents=True, exist_ok=True)
    with FileLock(settings.locks / "hh-token.lock"):
        kept = json.loads(path.read_text(encoding="utf-8")) if path.is_file() else {}
        if kept.get("client_id") == client:
            return str(kept["access_token"])
        token = _exchanged(http, client, secret)
        _keep_secret(path, json.dumps({"client_id": client, "access_token": token}))
        return token


def _exchanged(http: Http, client: str, secret: str) -> str:
    form = {"grant_type": "client_credentials", "client_id": client, "client_secret": secret}
    answer = http.post_form("/token", form)
    try:
        said = answer.json()
    except Refused:
        said = {}
    token = said.get("access_token") if isinstance(said, dict) else None
    if answer.status == 200 and isinstance(token, str) and token:
        return token
    why = said.get("error_description") or said.get("error") if isinstance(said, dict) else None
    raise Blocked(
        f"hh.ru gives no application token (status {answer.status}: {why or 'no reason'}): check HH_CLIENT_ID and"
        " HH_CLIENT_SECRET, and ask at most once in five minutes; the token in use is shown at https://dev.hh.ru/admin"
    )


def _keep_secret(path: Path, text: str) -> None:
    """Write so that only this user can ever read it, and never half."""
    handle, temporary = tempfile.mkstemp(dir=path.parent, prefix=".hh-token.")
    with os.fdopen(handle, "w", encoding="utf-8") as file:
        os.fchmod(file.fileno(), 0o600)
        file.write(text)
        file.flush()
        os.fsync(file.fileno())
    Path(temporary).replace(path)
