"""The demo's content holds together: tree, directives, dates, files, rubrics."""

import re
import shutil
import subprocess
import unicodedata
from collections import Counter
from collections.abc import Iterator
from dataclasses import fields, is_dataclass
from datetime import date, timedelta
from html.parser import HTMLParser

import pytest

from lms.base.vietnamese import count_words
from lms.cli.demo.content import (
    campaigns,
    directive,
    essay_task,
    essays,
    people,
    sessions,
    textfiles,
    units,
)

DAYS = [campaigns.REFERENCE_DAY, date(2027, 3, 1), date(2028, 2, 29)]


def strings_of(value: object) -> Iterator[str]:
    """Every text inside a piece of content."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        for inner in value.values():
            yield from strings_of(inner)
    elif isinstance(value, (tuple, list)):
        for inner in value:
            yield from strings_of(inner)
    elif is_dataclass(value) and not isinstance(value, type):
        for field in fields(value):
            yield from strings_of(getattr(value, field.name))


class TestUnits:
    def test_keys_are_unique_and_parents_come_first(self) -> None:
        seen: set[str] = set()
        for unit in units.UNITS:
            assert unit.key not in seen
            assert unit.parent_key is None or unit.parent_key in seen
            seen.add(unit.key)

    def test_every_unit_has_a_path_to_the_one_root(self) -> None:
        assert [unit.key for unit in units.UNITS if unit.parent_key is None] == [units.ROOT_KEY]
        for unit in units.UNITS:
            assert units.path_to_root(unit.key)[-1].key == units.ROOT_KEY

    def test_four_wards_with_eight_to_eleven_units_below_each(self) -> None:
        wards = [unit for unit in units.children_of(units.ROOT_KEY) if unit.sector == "ward"]
        assert [ward.short_name for ward in wards] == [
            "Phường Long Biên",
            "Phường Bồ Đề",
            "Phường Việt Hưng",
            "Phường Phúc Lợi",
        ]
        for ward in wards:
            assert ward.kind == "committee"
            below = units.children_of(ward.key)
            assert 8 <= len(below) <= 11
            assert {"ward", "school", "administration", "armed_forces", "enterprise"} <= {
                unit.sector for unit in below
            }

    def test_bases_have_cells_one_level_deeper_and_cells_have_nothing(self) -> None:
        bases = [unit for unit in units.UNITS if unit.kind == "base"]
        assert any(base.name == "Đảng bộ Công ty May Sài Đồng" for base in bases)
        for base in bases:
            assert {cell.kind for cell in units.children_of(base.key)} == {"cell"}
        for cell in (unit for unit in units.UNITS if unit.kind == "cell"):
            assert units.children_of(cell.key) == ()


class _Tags(HTMLParser):
    """Collects tags, and fails on one that is closed out of turn."""

    def __init__(self) -> None:
        super().__init__()
        self.used: set[str] = set()
        self.open: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        assert not attrs
        self.used.add(tag)
        self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag


class TestDirectives:
    @pytest.mark.parametrize("spec", directive.directives(campaigns.REFERENCE_DAY))
    def test_bodies_are_plain_and_of_length(self, spec: directive.DirectiveSpec) -> None:
        parser = _Tags()
        parser.feed(spec.body)
        assert parser.open == []
        assert parser.used <= {"h2", "p", "ul", "ol", "li", "strong"}
        assert 600 <= count_words(re.sub(r"<[^>]+>", " ", spec.body)) <= 900
        assert spec.issued_on.year == 2026

    def test_symbols(self) -> None:
        found = {spec.symbol for spec in directive.directives(DAYS[0])}
        assert found == {"12-CT/ĐU", "07-NQ/ĐU"}


class TestCampaigns:
    def test_on_the_reference_day_the_dates_are_those_of_the_plan(self) -> None:
        dates = campaigns.campaign_dates(campaigns.REFERENCE_DAY)
        assert dates[campaigns.OPEN_KEY] == campaigns.CampaignDates(
            opens_on=date(2026, 11, 16),
            heads_due_on=date(2026, 12, 8),
            due_on=date(2026, 12, 15),
            closes_on=date(2026, 12, 20),
        )
        assert dates[campaigns.CLOSED_KEY].closes_on == date(2026, 6, 30)
        names = [campaign.name for campaign in campaigns.campaigns(campaigns.REFERENCE_DAY)]
        assert names == ["Đợt học tập tháng 12/2026", "Đợt học tập tháng 6/2026"]

    @pytest.mark.parametrize("today", DAYS)
    def test_one_is_in_full_run_and_one_is_over(self, today: date) -> None:
        running, closed = campaigns.campaigns(today)
        assert running.dates.opens_on == today - timedelta(days=7)
        assert running.dates.due_on == today + timedelta(days=22)
        assert closed.dates.closes_on < today - timedelta(days=120)
        for campaign in (running, closed):
            dates = campaign.dates
            assert dates.opens_on < dates.heads_due_on < dates.due_on < dates.closes_on
            known = {spec.key: spec.issued_on for spec in directive.directives(today)}
            assert all(known[key] < dates.opens_on for key in campaign.directive_keys)

    @pytest.mark.parametrize("campaign", campaigns.campaigns(campaigns.REFERENCE_DAY))
    def test_each_audience_is_asked_for_something(self, campaign: campaigns.CampaignSpec) -> None:
        order = [audience.key for audience in campaigns.AUDIENCES]
        assert [found.audience for found in campaign.requirements] == order
        for found in campaign.requirements:
            is_exempt = found.audience == "exempt"
            assert found.obligation == ("voluntary" if is_exempt else "required")
            assert found.least_coverage == (0.9 if found.audience == "unit_head" else 0.8)
            assert 0 < found.quiz_pass_ratio <= 1
            assert found.asks_essay == (found.essay_variant is not None)
            if found.essay_variant:
                variant = essay_task.VARIANTS_BY_KEY[found.essay_variant]
                assert found.audience in variant.audiences
        assert campaign.requirement("unit_head").due_on == campaign.dates.heads_due_on
        assert campaign.requirement("member").due_on == campaign.dates.due_on

    @pytest.mark.parametrize("today", DAYS)
    def test_sessions_and_their_files(self, today: date) -> None:
        found = sessions.sessions(today)
        assert Counter((spec.campaign_key, spec.kind) for spec in found) == {
            (campaigns.OPEN_KEY, "recorded"): 1,
            (campaigns.OPEN_KEY, "live_link"): 1,
            (campaigns.OPEN_KEY, "live_stream"): 1,
            (campaigns.CLOSED_KEY, "recorded"): 1,
        }
        for spec in found:
            names = [spec.video, spec.captions, spec.poster]
            names += [material.file_name for material in spec.materials]
            assert all((sessions.FILES_FOLDER / name).is_file() for name in names if name)
            assert all(material.published_on < spec.published_on for material in spec.materials)
            assert bool(spec.runs) == (spec.kind != "recorded")
            for run in spec.runs:
                assert re.match(r"https://[a-z.]*example\.org/", run.url)
                assert run.url.endswith(".m3u8") == (spec.kind == "live_stream")
                assert run.held_on >= spec.published_on
        meeting = next(spec for spec in found if spec.kind == "live_link")
        assert [(run.held_on - today).days for run in meeting.runs] == [-2, 7]

    def test_the_poster_is_small(self) -> None:
        poster = sessions.FILES_FOLDER / sessions.POSTER
        assert poster.read_bytes()[8:12] == b"WEBP"
        assert poster.stat().st_size <= 25_000

    @pytest.mark.skipif(shutil.which("ffprobe") is None, reason="needs ffprobe")
    def test_the_duration_is_that_of_the_file(self) -> None:
        asked = ["-v", "error", "-show_entries", "format=duration", "-of", "csv=p=0"]
        video = str(sessions.FILES_FOLDER / sessions.VIDEO)
        found = subprocess.run(
            ["ffprobe", *asked, video], capture_output=True, text=True, check=True
        )
        assert float(found.stdout) == pytest.approx(sessions.VIDEO_SECONDS, abs=0.01)


@pytest.mark.parametrize("variant", essay_task.VARIANTS, ids=lambda variant: variant.key)
class TestEssayTask:
    def test_weights_and_levels(self, variant: essay_task.VariantSpec) -> None:
        assert 3 <= len(variant.criteria) <= 5
        assert sum(criterion.weight for criterion in variant.criteria) == 100
        for criterion in variant.criteria:
            shares = [level.share for level in criterion.levels]
            assert len(shares) == 4
            assert shares == sorted(set(shares))
            assert shares[0] >= 0
            assert shares[-1] == 1
            for level in criterion.levels:
                assert count_words(level.title) <= 5
                assert level.description.endswith(".")
                assert level.description.count(".") == 1

    def test_lengths(self, variant: essay_task.VariantSpec) -> None:
        assert (variant.least_words, variant.most_words) == {
            "unit_head": (900, 1500),
            "key_cadre": (800, 1200),
            "member": (600, 1000),
            "exempt": (150, 500),
            "enterprise": (300, 600),
        }[variant.key]
        keys = [section.key for section in variant.sections]
        assert len(keys) == len(set(keys))
        assert all(0 < section.least_words < section.most_words for section in variant.sections)
        assert 2 <= len(re.findall(r"[.?]( |$)", variant.prompt)) <= 4

    def test_a_mark_of_the_lowest_and_of_the_highest_levels(
        self, variant: essay_task.VariantSpec
    ) -> None:
        count = len(variant.criteria)
        assert essays.mark_value(variant.key, [3] * count) == 10
        assert essays.mark_value(variant.key, [0] * count) < essay_task.PASS_MARK
        assert essays.mark_value(variant.key, [1] * count) >= essay_task.PASS_MARK


def test_every_audience_has_a_variant_and_bands_descend() -> None:
    for audience in campaigns.AUDIENCES:
        assert audience.key in essay_task.variant_for(audience.key).audiences
    least = [band.least for band in essay_task.BANDS]
    assert least == [9, 8, 7, 5, 0]


def test_all_text_is_in_nfc_and_not_large() -> None:
    content = [
        units.UNITS,
        people.people(),
        people.OUTSIDERS,
        campaigns.campaigns(campaigns.REFERENCE_DAY),
        sessions.sessions(campaigns.REFERENCE_DAY),
        essay_task.VARIANTS,
        essay_task.BANDS,
    ]
    for text in strings_of(content):
        assert text == unicodedata.normalize("NFC", text)
    size = 0
    for path in textfiles._FOLDER.iterdir():
        text = path.read_text(encoding="utf-8")
        assert text == unicodedata.normalize("NFC", text)
        size += path.stat().st_size
    assert size < 250_000
