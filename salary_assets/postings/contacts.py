"""Personal contacts out of texts, at parse time: only the raw payload keeps them.

Each kind of contact is replaced by a word in brackets, so that a reader and a labeller still see that one was there.
"""

from __future__ import annotations

import re

_EMAIL = re.compile(r"[\w.+%-]+@[\w-]+(?:\.[\w-]+)+", re.ASCII)
_HANDLE = re.compile(r"@(?<![\w@./+-]@)[A-Za-z]\w{3,31}(?![\w/]|\.\w)", re.ASCII)
_LINK = re.compile(
    r"(?:https?://)?\bwa\.me/\+?\d[\d\s\-()]{8,16}\d"
    r"|(?:https?://)?(?:[\w-]+\.){0,3}(?<![\w-])"
    r"(?:t\.me|telegram\.me|telegram\.dog|wa\.me|whatsapp\.com|vk\.com|vk\.me|vk\.cc|linkedin\.com|lnkd\.in"
    r"|facebook\.com|fb\.com|fb\.me|instagram\.com|viber\.com|ok\.ru|max\.ru|discord\.gg|m\.me)"
    r"/[^\s<>()\[\]\"'»,;]+"
    r"|\b(?:tg|viber|whatsapp|skype)://?[^\s<>()\[\]\"'»,;]+",
    re.IGNORECASE,
)
_LINK_MARKS = (".me/", ".com/", ".ru/", ".in/", ".cc/", ".dog/", ".gg/", "://")
_NAMED_HANDLE = re.compile(
    r"(\b(?:skype|скайп)(?:\s*:\s*|\s+[\-–—]\s+))[a-z][a-z\d_.:@-]{4,}"
    r"|(\b(?:tg|тг|telegram|телеграм\w*)\s*:\s*)@?[a-z]\w*[_\d]\w*",
    re.IGNORECASE,
)
_NAMED_HANDLE_MARKS = ("skype", "скайп", "tg", "тг", "telegram", "телеграм")
_DIGITS = re.compile(r"\d[\d\s\-–().]{5,}\d")
"""Shorter runs of digits hold no phone."""
_RUSSIAN_PHONE = re.compile(
    r"(?:\+\s?7|[78](?<![\w+/=-].)(?<!\d[.,].))[\s\-–(]{0,3}\d{3}[\s\-–)]{0,3}\d{3}[\s\-–]{0,3}\d{2}[\s\-–]{0,3}\d{2}(?!\w)"
    r"|\+\s?7(?:[.\s]?\d){10}(?!\d)"
)
_FOREIGN_PHONE = re.compile(r"\+(?<![\w+]\+)\s?\d(?:[\s\-–.()]{0,2}\d){9,14}(?!\d)")
_LOCAL_PHONE = re.compile(r"\(\d{3,5}\)\s?\d{1,3}[\s\-–]\d{2}[\s\-–]\d{2}(?!\d)")
_NAMED_PHONE = re.compile(
    r"((?:тел|телефон\w*|моб|phone|whatsapp|ватсап|вотсап|viber|вайбер)[.:\s№]{1,4})\d[\d\s\-–()]{5,14}\d",
    re.IGNORECASE,
)
_AMOUNT = re.compile(r"\+?\s?\d{1,3}(?:[\s.]\d{3})*")


def redact_contacts(text: str) -> str:
    """E-mails, phones, @handles and links to messengers and social networks -> [email] [phone] [handle] [link].

    Leaves alone what only looks like a contact: C#, 1С 8.3, versions, pay ranges, 24/7. Applying it twice changes
    nothing more.
    """
    # Substring tests first: most texts hold no contact, and regexes with IGNORECASE are slow on Cyrillic.
    if "@" in text:
        text = _HANDLE.sub("[handle]", _EMAIL.sub("[email]", text))
    lower = text.lower()
    if any(mark in lower for mark in _LINK_MARKS):
        text = _LINK.sub("[link]", text)
    if any(mark in lower for mark in _NAMED_HANDLE_MARKS):
        text = _NAMED_HANDLE.sub(lambda found: f"{found[1] or found[2]}[handle]", text)
    if _DIGITS.search(text):
        text = _RUSSIAN_PHONE.sub("[phone]", text)
        text = _FOREIGN_PHONE.sub(_unless_pay, text)
        text = _LOCAL_PHONE.sub("[phone]", text)
        text = _NAMED_PHONE.sub(lambda found: f"{found[1]}[phone]", text)
    return text


def _unless_pay(found: re.Match[str]) -> str:
    """`+100 000 - 150 000` is a range of two amounts, not a number to call."""
    sides = re.split(r"\s?[\-–]\s?", found[0])
    is_range = len(sides) == 2 and all(_AMOUNT.fullmatch(side) for side in sides)
    return found[0] if is_range else "[phone]"
