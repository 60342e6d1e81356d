"""The demo's essay task: its five variants with prompt, sections, lengths, scale and bands.

Rubrics are in rubrics.py, texts of essays in essays.py. The lengths of a variant's sections sum
to the lengths of the whole, so who fills each section rightly has the right length.
"""

from dataclasses import dataclass
from typing import Literal

from lms.cli.demo.content import rubrics
from lms.cli.demo.content.campaigns import VariantKey
from lms.cli.demo.content.people import AudienceKey
from lms.cli.demo.content.rubrics import CriterionSpec

SectionKey = Literal["understanding", "self_reflection", "commitment", "proposal"]


@dataclass(frozen=True, slots=True)
class SectionSpec:
    """A part of the essay. Lengths in words; `rows` is the height of its field."""

    key: SectionKey
    title: str
    hint: str
    least_words: int
    most_words: int
    rows: int


@dataclass(frozen=True, slots=True)
class BandSpec:
    """A band's name and the least mark that reaches it."""

    name: str
    least: float


@dataclass(frozen=True, slots=True)
class VariantSpec:
    """The form of the task for one or two audiences."""

    key: VariantKey
    name: str
    audiences: tuple[AudienceKey, ...]
    prompt: str
    sections: tuple[SectionSpec, ...]
    criteria: tuple[CriterionSpec, ...]

    @property
    def least_words(self) -> int:
        """The least length of the whole."""
        return sum(section.least_words for section in self.sections)

    @property
    def most_words(self) -> int:
        """The greatest length of the whole."""
        return sum(section.most_words for section in self.sections)


TASK_TITLE = "Bài thu hoạch đợt học tập"
SCALE = 10
PASS_MARK = 5.0
BANDS: tuple[BandSpec, ...] = (
    BandSpec("Xuất sắc", 9),
    BandSpec("Giỏi", 8),
    BandSpec("Khá", 7),
    BandSpec("Trung bình", 5),
    BandSpec("Không đạt", 0),
)

VARIANTS: tuple[VariantSpec, ...] = (
    VariantSpec(
        "unit_head",
        "Đề dành cho người đứng đầu",
        ("unit_head",),
        "Đồng chí phụ trách đơn vị nào, đặc điểm ra sao? Nêu ba việc đã chỉ đạo để việc học đi vào "
        "thực chất và kết quả của từng việc. Nói thẳng một việc chưa làm được, phần trách nhiệm "
        "của mình và cách sửa. Không nêu tên người, tên đơn vị trong bài.",
        (
            SectionSpec(
                "understanding",
                "Nhận thức",
                "Điều tâm đắc nhất và trách nhiệm của người đứng đầu. Khoảng 250 từ.",
                200,
                350,
                10,
            ),
            SectionSpec(
                "self_reflection",
                "Liên hệ bản thân và đơn vị",
                "Ba việc đã chỉ đạo, kết quả; một việc chưa làm được và vì sao. Khoảng 500 từ.",
                400,
                650,
                18,
            ),
            SectionSpec(
                "commitment",
                "Cam kết",
                "Việc sẽ làm, người chịu trách nhiệm, ngày xong. Khoảng 250 từ.",
                200,
                320,
                10,
            ),
            SectionSpec(
                "proposal",
                "Đề xuất, kiến nghị",
                "Điều đề nghị với cấp trên, nói rõ vì sao. Khoảng 120 từ.",
                100,
                180,
                6,
            ),
        ),
        rubrics.UNIT_HEAD,
    ),
    VariantSpec(
        "key_cadre",
        "Đề dành cho cán bộ chủ chốt",
        ("key_cadre",),
        "Từ lĩnh vực được phân công, đồng chí đã giúp cơ sở làm tốt hơn việc gì? Nêu hai việc đã "
        "làm, một việc mình còn thiếu gương mẫu hoặc chưa sát cơ sở. Việc nào sẽ làm khác đi từ "
        "đợt này? Không nêu tên người, tên đơn vị trong bài.",
        (
            SectionSpec(
                "understanding",
                "Nhận thức",
                "Điều rút ra cho lĩnh vực mình phụ trách. Khoảng 220 từ.",
                180,
                270,
                9,
            ),
            SectionSpec(
                "self_reflection",
                "Liên hệ bản thân",
                "Hai việc đã làm với cơ sở, một việc còn thiếu. Khoảng 420 từ.",
                350,
                530,
                15,
            ),
            SectionSpec(
                "commitment",
                "Cam kết",
                "Việc sẽ làm cùng cơ sở, có hạn và có người đánh giá. Khoảng 220 từ.",
                180,
                270,
                9,
            ),
            SectionSpec(
                "proposal",
                "Đề xuất, kiến nghị",
                "Một hai điều cần cấp trên tháo gỡ. Khoảng 100 từ.",
                90,
                130,
                5,
            ),
        ),
        rubrics.KEY_CADRE,
    ),
    VariantSpec(
        "member",
        "Đề dành cho đảng viên",
        ("member", "probationary"),
        "Đồng chí tâm đắc nội dung nào nhất, vì sao? Liên hệ với công việc và nếp sống hằng ngày: "
        "việc đã làm được, việc còn thiếu. Nêu hai việc sẽ làm trong quý tới. Không nêu tên mình, "
        "tên chi bộ trong bài.",
        (
            SectionSpec(
                "understanding",
                "Nhận thức",
                "Nội dung tâm đắc và vì sao. Khoảng 200 từ.",
                150,
                250,
                8,
            ),
            SectionSpec(
                "self_reflection",
                "Liên hệ bản thân",
                "Việc đã làm được, việc còn thiếu. Khoảng 330 từ.",
                250,
                450,
                12,
            ),
            SectionSpec(
                "commitment",
                "Cam kết",
                "Hai việc cụ thể, có thời hạn. Khoảng 150 từ.",
                120,
                180,
                6,
            ),
            SectionSpec(
                "proposal",
                "Đề xuất, kiến nghị",
                "Điều muốn góp ý với chi bộ, cấp ủy, báo cáo viên. Khoảng 100 từ.",
                80,
                120,
                5,
            ),
        ),
        rubrics.MEMBER,
    ),
    VariantSpec(
        "exempt",
        "Đề dành cho đồng chí được miễn sinh hoạt",
        ("exempt",),
        "Đồng chí nghĩ gì sau khi nghe buổi học? Xin kể một chuyện nhỏ của mình và nhắn gửi một "
        "điều với chi bộ, với lớp trẻ. Dài ngắn tùy sức, viết tay hay nhờ con cháu ghi giúp đều "
        "được.",
        (
            SectionSpec(
                "understanding",
                "Điều tôi nghĩ",
                "Đôi lời sau khi nghe buổi học. Từ 60 từ.",
                60,
                200,
                6,
            ),
            SectionSpec(
                "self_reflection",
                "Chuyện của tôi",
                "Một việc nhỏ, một kỷ niệm. Từ 60 từ.",
                60,
                200,
                6,
            ),
            SectionSpec(
                "proposal",
                "Lời nhắn gửi",
                "Mong muốn với chi bộ, với lớp trẻ. Từ 30 từ.",
                30,
                100,
                4,
            ),
        ),
        rubrics.EXEMPT,
    ),
    VariantSpec(
        "enterprise",
        "Đề dành cho đảng viên trong doanh nghiệp",
        ("enterprise",),
        "Điều nào trong buổi học giống với việc ở ca, ở máy, ở tổ của đồng chí? Kể một việc đã làm "
        "tốt lên và một việc còn thiếu. Trong ba tháng tới đồng chí sẽ làm gì để hàng tốt hơn, ca "
        "làm an toàn hơn?",
        (
            SectionSpec(
                "understanding",
                "Hiểu bài",
                "Điều nhớ nhất, nói theo cách của người làm việc. Khoảng 80 từ.",
                60,
                120,
                5,
            ),
            SectionSpec(
                "self_reflection",
                "Việc ở ca, ở tổ",
                "Một việc tốt lên, một việc còn thiếu. Khoảng 150 từ.",
                110,
                220,
                8,
            ),
            SectionSpec(
                "commitment",
                "Cam kết",
                "Việc sẽ làm ở ca của mình, có hạn. Khoảng 100 từ.",
                80,
                150,
                5,
            ),
            SectionSpec(
                "proposal",
                "Đề xuất",
                "Điều mong công ty, chi bộ làm. Khoảng 70 từ.",
                50,
                110,
                4,
            ),
        ),
        rubrics.ENTERPRISE,
    ),
)

VARIANTS_BY_KEY: dict[VariantKey, VariantSpec] = {variant.key: variant for variant in VARIANTS}


def variant_for(audience: AudienceKey) -> VariantSpec:
    """The variant that an audience gets."""
    return next(variant for variant in VARIANTS if audience in variant.audiences)
