"""Variants: what a design must keep, who gets which, what a change does once writing began."""

from __future__ import annotations

from dataclasses import replace

import pytest
import sqlalchemy as sa

from lms.base.errors import Conflict, Invalid, NotAllowed, NotFound
from lms.essays import queries, services
from lms.essays.designs import (
    BandDesign,
    LevelDesign,
    SectionDesign,
    VariantDesign,
    design_of,
    faults,
    stamp_of_design,
)
from lms.essays.models import Criterion, EssayVariant, Level, SectionKey
from lms.essays.ready_made import KEYS, find_ready_made, list_ready_made
from lms.extensions import db
from lms.training.models import CampaignState
from lms.training.queries.campaigns import get_campaign
from lms.training.services.enrolments import enrol_concerned
from lms.units.queries import Scope
from tests.essays.conftest import Study
from tests.factories.essays import DESIGN, make_variant, write_essay
from tests.factories.people import make_learner
from tests.support.statements import count_statements


def _reload(variant: EssayVariant) -> EssayVariant:
    db.session.flush()
    db.session.expire_all()
    return queries.variant_with_rubric(variant.id)


def _change(
    study: Study, design: VariantDesign, audiences: tuple[str, ...] = ("member", "exempt")
) -> EssayVariant:
    variant = _reload(study.variant)
    return services.change_variant(
        study.planner,
        study.campaign,
        variant.id,
        design,
        [study.audiences[key].id for key in audiences],
        stamp_of_design(design_of(variant)),
    )


def test_a_design_comes_back_as_it_was_stored(study: Study) -> None:
    assert design_of(_reload(study.variant)) == DESIGN


@pytest.mark.parametrize(
    ("design", "path"),
    [
        (replace(DESIGN, name=""), ("name",)),
        (replace(DESIGN, prompt=""), ("prompt",)),
        (replace(DESIGN, least_words=0), ("least_words",)),
        (replace(DESIGN, most_words=10), ("most_words",)),
        (replace(DESIGN, pass_mark=11), ("pass_mark",)),
        (replace(DESIGN, bands=()), ("bands",)),
        (replace(DESIGN, bands=(BandDesign("Đạt", 5),)), ("bands", 0, "least")),
        (
            replace(DESIGN, bands=(BandDesign("A", 5), BandDesign("B", 6), BandDesign("C", 0))),
            ("bands", 1, "least"),
        ),
        (replace(DESIGN, sections=()), ("sections",)),
        (replace(DESIGN, sections=DESIGN.sections[:1] * 2), ("sections", 1, "key")),
        (
            replace(DESIGN, sections=(SectionDesign(SectionKey.PROPOSAL, "A", "", 300, 400),)),
            ("sections",),
        ),
        (replace(DESIGN, criteria=()), ("criteria",)),
        (replace(DESIGN, criteria=DESIGN.criteria[:1]), ("criteria",)),
        (
            replace(DESIGN, criteria=(replace(DESIGN.criteria[0], weight=100, levels=()),)),
            ("criteria", 0, "levels"),
        ),
        (
            replace(
                DESIGN,
                criteria=(
                    replace(
                        DESIGN.criteria[0],
                        weight=100,
                        levels=(LevelDesign("A", 0.9), LevelDesign("B", 0.5)),
                    ),
                ),
            ),
            ("criteria", 0, "levels", 1, "share"),
        ),
    ],
)
def test_a_faulty_design_names_the_field(
    study: Study, design: VariantDesign, path: tuple[str | int, ...]
) -> None:
    assert path in [fault.path for fault in faults(design)]
    with pytest.raises(Invalid):
        _change(study, design)


@pytest.mark.parametrize("key", KEYS)
def test_ready_made_variants_keep_every_rule(key: str) -> None:
    ready = find_ready_made(key)
    assert ready is not None
    assert list(faults(ready.design)) == []
    assert ready.suits
    least = sum(section.least_words for section in ready.design.sections)
    assert least <= ready.design.least_words, "who fills each section has not too little to do"
    assert all(len(criterion.levels) == 4 for criterion in ready.design.criteria)


def test_there_is_a_ready_made_variant_for_each_usual_audience() -> None:
    assert [ready.key for ready in list_ready_made()] == list(KEYS)
    assert find_ready_made("nobody") is None


def test_a_change_before_anybody_writes_changes_the_variant_itself(study: Study) -> None:
    changed = _change(study, replace(DESIGN, prompt="Đề mới", criteria=DESIGN.criteria[::-1]))
    assert changed.id == study.variant.id
    stored = _reload(changed)
    assert (stored.prompt, stored.criteria[0].title) == ("Đề mới", "Cam kết")
    assert db.session.scalar(sa.select(sa.func.count(Criterion.id))) == 2
    assert db.session.scalar(sa.select(sa.func.count(Level.id))) == 8


def test_a_change_after_writing_began_leaves_the_old_one_to_those_who_began(study: Study) -> None:
    essay = write_essay(study.writer, study.campaign).essay
    changed = _change(study, replace(DESIGN, prompt="Đề mới"))
    assert changed.id != study.variant.id
    assert changed.replaces_id == study.variant.id
    old = _reload(study.variant)
    assert old.retired_at is not None
    assert design_of(old) == DESIGN
    assert queries.newest_version(old).id == changed.id
    assert study.writer.member_id is not None
    mine = queries.get_writing(study.writer.member_id, study.campaign.id)
    assert mine.variant is not None
    assert mine.variant.id == study.variant.id == essay.variant_id
    campaign_id = study.campaign.id
    _audience, now = queries.get_audience_variant(campaign_id, study.audiences["member"].id)
    assert now.id == changed.id
    with pytest.raises(NotFound):
        queries.get_audience_variant(campaign_id, study.audiences["unit_head"].id)


def test_a_new_label_alone_makes_no_new_version(study: Study) -> None:
    write_essay(study.writer, study.campaign)
    assert _change(study, replace(DESIGN, name="Tên khác")).id == study.variant.id
    assert _change(study, replace(DESIGN, name="Tên khác")).id == study.variant.id


def test_two_organisers_do_not_overwrite_each_other(study: Study) -> None:
    stamp = stamp_of_design(design_of(_reload(study.variant)))
    _change(study, replace(DESIGN, prompt="Của người thứ nhất"))
    with pytest.raises(Conflict):
        services.change_variant(
            study.planner,
            study.campaign,
            study.variant.id,
            replace(DESIGN, prompt="Của người thứ hai"),
            [],
            stamp,
        )


def test_an_audience_has_one_variant_and_changes_over(study: Study) -> None:
    for_heads = make_variant(study.campaign, [study.audiences["unit_head"]], name="Đề riêng")
    study.campaign = get_campaign(study.campaign.id, Scope(("/",)))
    coverage = queries.get_coverage(study.campaign, queries.find_task(study.campaign.id))
    served = {use.variant.id: {a.key for a in use.audiences} for use in coverage.uses}
    assert served == {study.variant.id: {"member", "exempt"}, for_heads.id: {"unit_head"}}
    assert coverage.waiting == []
    _change(study, DESIGN, audiences=("member",))
    coverage = queries.get_coverage(study.campaign, queries.find_task(study.campaign.id))
    assert [audience.key for audience in coverage.waiting] == ["exempt"]


def test_a_closed_campaign_keeps_its_task(study: Study) -> None:
    study.campaign.state = CampaignState.CLOSED
    with pytest.raises(NotAllowed):
        _change(study, replace(DESIGN, prompt="Đề mới"))
    with pytest.raises(NotAllowed):
        services.save_task(study.planner, study.campaign, "Tên mới")


def test_the_rubric_costs_four_statements_whatever_its_size(study: Study) -> None:
    variant_id = study.variant.id
    db.session.expire_all()
    with count_statements() as statements:
        variant = queries.variant_with_rubric(variant_id)
        assert [len(criterion.levels) for criterion in variant.criteria] == [4, 4]
        assert len(variant.sections) == 3
    assert len(statements) == 4


def test_coverage_costs_the_same_for_one_writer_and_for_ten(study: Study) -> None:
    def cost() -> int:
        db.session.commit()
        db.session.expire_all()
        campaign = get_campaign(study.campaign.id, Scope(("/",)))
        task = queries.find_task(campaign.id)
        with count_statements() as statements:
            coverage = queries.get_coverage(campaign, task)
            assert sum(use.begun for use in coverage.uses) > 0
        return len(statements)

    write_essay(study.writer, study.campaign)
    before = cost()
    learners = [make_learner(study.unit) for _ in range(9)]
    enrol_concerned(study.campaign)
    for learner in learners:
        write_essay(learner, study.campaign)
    make_variant(study.campaign, [study.audiences["unit_head"]])
    assert cost() == before
