"""The demo's people and how they behave: unique, plausible, in their posts, within the days."""

import itertools
import re
from collections import Counter

import pytest

from lms.cli.demo.content import behaviour, campaigns, people, units
from lms.cli.demo.content.names import _AVOIDED, full_name
from lms.cli.demo.content.seeds import seeded


class TestPeople:
    def test_they_are_the_same_each_time(self) -> None:
        people.people.cache_clear()
        first = people.people()
        people.people.cache_clear()
        assert people.people() == first
        assert len(first) == 1200

    def test_another_count_gives_that_many(self) -> None:
        assert len(people.people(500)) == 500
        with pytest.raises(ValueError, match="at least"):
            people.people(100)

    @pytest.mark.parametrize("field", ["key", "code", "phone", "email"])
    def test_what_identifies_a_person_is_unique(self, field: str) -> None:
        values = [getattr(person, field) for person in people.people()]
        present = [value for value in values if value is not None]
        assert len(present) == len(set(present))

    def test_codes_and_phones_have_their_form_and_everybody_has_one(self) -> None:
        for person in people.people():
            assert person.code or person.phone
            assert person.code is None or re.fullmatch(r"\d{8}", person.code)
            assert person.phone is None or re.fullmatch(r"0900\d{6}", person.phone)
            assert (person.code is None) == (person.standing == "probationary")
        reached = sum(person.phone is not None for person in people.people())
        assert 0.9 * 1200 < reached < 1200

    def test_they_sit_in_cells_and_no_cell_is_empty(self) -> None:
        sizes = Counter(person.unit_key for person in people.people())
        cells = {unit.key for unit in units.UNITS if unit.kind == "cell"}
        assert set(sizes) == cells
        assert min(sizes.values()) >= 4

    def test_names_are_plausible_and_nobody_is_doubled_in_a_cell(self) -> None:
        names = [person.name for person in people.people()]
        for name in names:
            assert re.fullmatch(r"[^\W\d_]+( [^\W\d_]+){1,3}", name)
            assert all(word[0].isupper() and word[1:].islower() for word in name.split())
        assert len(set(names)) > 1100
        assert max(Counter(names).values()) <= 2
        per_cell = Counter((person.unit_key, person.name) for person in people.people())
        assert max(per_cell.values()) == 1

    def test_no_avoided_name_is_drawn(self) -> None:
        rng = seeded("avoided")
        drawn = {
            full_name(rng, gender, born)
            for gender, born in itertools.product(("male", "female"), (1945, 1990))
            for _ in range(4000)
        }
        assert not drawn & _AVOIDED

    def test_shares_of_age_exemption_and_probation(self) -> None:
        everybody = people.people()
        exempt = [person for person in everybody if person.is_exempt]
        assert 0.08 <= len(exempt) / len(everybody) <= 0.12
        assert sum(person.birth_year <= 1951 for person in exempt) > 0.7 * len(exempt)
        assert not any(person.posts for person in exempt)
        probationary = sum(person.standing == "probationary" for person in everybody)
        assert 0.02 <= probationary / len(everybody) <= 0.04
        assert all(1940 <= person.birth_year <= 2004 for person in everybody)
        neighbours = [
            person
            for person in everybody
            if units.UNITS_BY_KEY[person.unit_key].name.startswith("Chi bộ")
            and units.UNITS_BY_KEY[person.unit_key].sector == "ward"
        ]
        assert sum(person.birth_year <= 1961 for person in neighbours) > 0.4 * len(neighbours)

    def test_each_unit_has_one_head_and_one_deputy(self) -> None:
        posts = [post for person in people.people() for post in person.posts]
        heads = Counter(post.unit_key for post in posts if post.rank == "unit_head")
        deputies = Counter(post.unit_key for post in posts if post.title == "Phó bí thư")
        assert heads == {unit.key: 1 for unit in units.UNITS}
        assert deputies == {unit.key: 1 for unit in units.UNITS}

    def test_posts_stand_in_the_holders_unit_or_above_it(self) -> None:
        for person in people.people():
            above = {unit.key for unit in units.path_to_root(person.unit_key)}
            assert all(post.unit_key in above for post in person.posts)

    def test_key_cadres_and_heads_with_two_posts(self) -> None:
        everybody = people.people()
        assert 55 <= sum(person.is_key_cadre for person in everybody) <= 65
        assert 5 <= sum(person.is_head and len(person.posts) == 2 for person in everybody) <= 20

    def test_everybody_has_an_audience_by_the_ordered_rules(self) -> None:
        order = [audience.key for audience in campaigns.AUDIENCES]
        assert order == [
            "unit_head",
            "key_cadre",
            "exempt",
            "probationary",
            "enterprise",
            "member",
        ]
        found = Counter(people.audience_of(person) for person in people.people())
        assert set(found) == set(order)
        assert found["unit_head"] == len(units.UNITS)

    def test_personas_are_what_they_are_called(self) -> None:
        everybody = people.people()
        by_key = {person.key: person for person in everybody}
        personas = people.persona_keys(everybody)
        assert len(set(personas.values())) == len(personas)
        for role in ("member", "exempt", "enterprise"):
            person = by_key[personas[role]]
            assert people.audience_of(person) == role
            assert not person.posts
        assert people.audience_of(by_key[personas["head"]]) == "unit_head"
        asked = set(
            "member head exempt enterprise speaker reviewer reviewer2 supervisor ward_supervisor "
            "administrator secretary".split()
        )
        assert set(personas) | {outsider.key for outsider in people.OUTSIDERS} == asked


class TestBehaviour:
    @pytest.mark.parametrize("campaign", campaigns.campaigns(campaigns.REFERENCE_DAY))
    def test_nothing_is_done_outside_the_campaign(self, campaign: campaigns.CampaignSpec) -> None:
        until = campaign.dates.closes_on if campaign.is_closed else campaigns.REFERENCE_DAY
        last = (until - campaign.dates.opens_on).days
        for person in people.people():
            found = behaviour.behaviour(person, campaign.key)
            asked = campaign.requirement(people.audience_of(person))
            days = [found.watched_day, found.quiz_day, found.essay_day]
            assert all(0 <= day < last for day in days if day is not None)
            assert (found.reason is None) == (found.status == "active")
            assert 0 <= found.watched_ratio <= 1
            assert all(0 <= ratio <= 1 for ratio in found.quiz_ratios)
            assert len(found.quiz_ratios) <= 3
            assert (found.quiz_day is None) == (not found.quiz_ratios)
            assert (found.essay_day is None) == (found.essay == "none")
            if found.viewing == "self_declared":
                assert asked.accepts_self_declared
            if not asked.asks_essay:
                assert found.essay == "none"

    def test_rates_leave_something_to_see(self) -> None:
        shares = {
            key: self._fulfilled_by_ward(key) for key in (campaigns.OPEN_KEY, campaigns.CLOSED_KEY)
        }
        closed = shares[campaigns.CLOSED_KEY]
        assert any(share >= 0.96 for share in closed.values())
        assert any(share < 0.96 for share in closed.values())
        assert all(0.4 < share < 0.9 for share in shares[campaigns.OPEN_KEY].values())

    def _fulfilled_by_ward(self, campaign_key: str) -> dict[str, float]:
        campaign = next(
            found
            for found in campaigns.campaigns(campaigns.REFERENCE_DAY)
            if found.key == campaign_key
        )
        required: Counter[str] = Counter()
        fulfilled: Counter[str] = Counter()
        for person in people.people():
            ward = units.ward_of(person.unit_key)
            asked = campaign.requirement(people.audience_of(person))
            found = behaviour.behaviour(person, campaign_key)
            if not ward or asked.obligation != "required":
                continue
            if found.status in ("excused", "withdrawn"):
                continue
            required[ward] += 1
            due = (asked.due_on - campaign.dates.opens_on).days
            enough = found.watched_ratio >= asked.least_coverage
            if (enough or found.viewing == "self_declared") and (found.watched_day or 0) <= due:
                fulfilled[ward] += 1
        return {ward: fulfilled[ward] / required[ward] for ward in required}

    def test_every_state_occurs(self) -> None:
        found = [
            behaviour.behaviour(person, key)
            for person in people.people()
            for key in (campaigns.OPEN_KEY, campaigns.CLOSED_KEY)
        ]
        assert {one.status for one in found} == {"active", "excused", "withdrawn", "extended"}
        assert {one.viewing for one in found} == {"none", "verified", "self_declared"}
        assert {one.essay for one in found} == {"none", "draft", "submitted"}
        assert {len(one.quiz_ratios) for one in found} == {0, 1, 2, 3}

    def test_it_is_the_same_each_time(self) -> None:
        person = people.people()[40]
        assert behaviour.behaviour(person, campaigns.OPEN_KEY) == behaviour.behaviour(
            person, campaigns.OPEN_KEY
        )
