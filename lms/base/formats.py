"""How moments, numbers and sizes are written on pages, in Vietnamese and in English."""

from datetime import date, datetime, timedelta

from flask_babel import get_locale, ngettext
from flask_babel import gettext as _

from lms.base import clock


def _local(value: datetime) -> datetime:
    return clock.to_local(value)


def format_date(value: date | datetime | None) -> str:
    """dd/mm/yyyy in Vietnam; '–' for nothing."""
    if value is None:
        return "–"
    day = _local(value) if isinstance(value, datetime) else value
    return day.strftime("%d/%m/%Y")


def format_datetime(value: datetime | None) -> str:
    """HH:MM dd/mm/yyyy in Vietnam; '–' for nothing."""
    return "–" if value is None else _local(value).strftime("%H:%M %d/%m/%Y")


def format_time(value: datetime | None) -> str:
    """HH:MM:SS in Vietnam."""
    return "–" if value is None else _local(value).strftime("%H:%M:%S")


def moment_words(moment: datetime) -> str:
    """'20:15 hôm nay', '20:15 hôm qua', '20:15 ngày mai', '20:15 ngày 12/11/2026'."""
    local = _local(moment)
    time, day, today = local.strftime("%H:%M"), local.date(), clock.today()
    if day == today:
        return _("%(time)s hôm nay", time=time)
    if day == today - timedelta(days=1):
        return _("%(time)s hôm qua", time=time)
    if day == today + timedelta(days=1):
        return _("%(time)s ngày mai", time=time)
    return _("%(time)s ngày %(day)s", time=time, day=format_date(local))


def format_duration(seconds: float | None) -> str:
    """'1 giờ 5 phút', '65 giây': a length of time in words."""
    if seconds is None:
        return "–"
    total = round(seconds)
    if total < 120:
        return ngettext("%(num)s giây", "%(num)s giây", total)
    hours, minutes = divmod(round(total / 60), 60)
    if not hours:
        return ngettext("%(num)s phút", "%(num)s phút", minutes)
    if not minutes:
        return ngettext("%(num)s giờ", "%(num)s giờ", hours)
    return _("%(hours)s giờ %(minutes)s phút", hours=hours, minutes=minutes)


def format_clock(seconds: float | None) -> str:
    """A position in a recording: 41:07, 1:02:03."""
    total = int(seconds or 0)
    hours, rest = divmod(total, 3600)
    minutes, secs = divmod(rest, 60)
    return f"{hours}:{minutes:02}:{secs:02}" if hours else f"{minutes}:{secs:02}"


def _is_vietnamese() -> bool:
    locale = get_locale()
    return locale is None or locale.language == "vi"


def format_decimal(value: float | None, digits: int = 1) -> str:
    """8,5 (8.5 in English); a whole number without decimals; '–' for nothing."""
    if value is None:
        return "–"
    text = f"{value:.{digits}f}".rstrip("0").rstrip(".") if digits else f"{value:.0f}"
    return text.replace(".", ",") if _is_vietnamese() else text


def format_percent(ratio: float | None, digits: int = 1) -> str:
    """A ratio as '63 %' or '95,4 %', rounded down so that 95,99 never reads as 96; '–' for none."""
    if ratio is None:
        return "–"
    factor = 10**digits
    floored = int(ratio * 100 * factor + 1e-9) / factor
    return f"{format_decimal(floored, digits)}\u00a0%"


def format_integer(value: int | None) -> str:
    """2.502 (2,502 in English)."""
    if value is None:
        return "–"
    text = f"{value:,}"
    return text.replace(",", ".") if _is_vietnamese() else text


def format_filesize(size: int) -> str:
    """'286 kB', '14,2 MB'."""
    if size < 999_500:
        return f"{max(1, round(size / 1000))}\u00a0kB"
    return f"{format_decimal(size / 1_000_000)}\u00a0MB"
