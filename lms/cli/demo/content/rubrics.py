"""The rubrics of the essay task: criteria with weights and four levels, one rubric per variant.

Weakest level first. Words only; prompts, sections and lengths are in essay_task.py.
"""

from dataclasses import dataclass

LEVEL_SHARES = (0.2, 0.55, 0.8, 1.0)
"""Part of a criterion's weight that each level earns, weakest first."""


@dataclass(frozen=True, slots=True)
class LevelSpec:
    """A level of a criterion; `share` (0–1) is the part of the weight it earns."""

    title: str
    description: str
    share: float


@dataclass(frozen=True, slots=True)
class CriterionSpec:
    """A criterion with its weight (the weights of a rubric sum to 100) and its four levels."""

    title: str
    description: str
    weight: int
    levels: tuple[LevelSpec, ...]


def _criterion(
    title: str, description: str, weight: int, *levels: tuple[str, str]
) -> CriterionSpec:
    return CriterionSpec(
        title,
        description,
        weight,
        tuple(
            LevelSpec(name, text, share)
            for (name, text), share in zip(levels, LEVEL_SHARES, strict=True)
        ),
    )


_WRITING = (
    ("Khó theo dõi", "Ý lộn xộn, nhiều lỗi khiến người đọc khó hiểu."),
    ("Đọc được", "Hiểu được ý chính nhưng còn dài dòng hoặc lặp."),
    ("Rõ ràng", "Mỗi đoạn một ý, câu gọn, ít lỗi."),
    ("Gọn, có mạch", "Bố cục liền mạch, lời giản dị mà thuyết phục."),
)

UNIT_HEAD: tuple[CriterionSpec, ...] = (
    _criterion(
        "Nhận thức",
        "Hiểu tinh thần của văn bản và trách nhiệm của người đứng đầu.",
        20,
        ("Chép lại", "Phần lớn là câu chữ của văn bản, không thấy ý của người viết."),
        ("Nêu được ý", "Nêu đúng ý chính nhưng chưa gắn với vai trò người đứng đầu."),
        ("Hiểu bằng lời mình", "Nói lại được bằng lời của mình, gắn với trách nhiệm đứng đầu."),
        ("Sâu, có phản biện", "Chỉ ra chỗ khó, chỗ cần vận dụng khác ở đơn vị mình."),
    ),
    _criterion(
        "Liên hệ đơn vị",
        "Việc đã chỉ đạo, số liệu, việc chưa làm được và nguyên nhân.",
        40,
        ("Chung chung", "Chỉ có nhận định, không có việc nào của đơn vị."),
        ("Có việc", "Nêu được việc đã làm nhưng chưa rõ kết quả."),
        ("Có việc, có số", "Việc cụ thể, có số liệu hoặc kết quả kiểm tra được."),
        ("Thẳng thắn cái thiếu", "Nói rõ việc chưa làm được, phần lỗi của mình và cách đã sửa."),
    ),
    _criterion(
        "Cam kết",
        "Việc sẽ làm với đơn vị, có hạn và có người chịu trách nhiệm.",
        30,
        ("Không có", "Không nêu việc nào sẽ làm."),
        ("Khẩu hiệu", "Hứa chung, không kiểm tra được."),
        ("Có việc", "Nêu việc cụ thể nhưng thiếu hạn hoặc thiếu người làm."),
        ("Có việc, hạn, người", "Mỗi việc có ngày xong, người làm và cách kiểm tra."),
    ),
    _criterion("Trình bày", "Bố cục, câu chữ, chính tả.", 10, *_WRITING),
)

KEY_CADRE: tuple[CriterionSpec, ...] = (
    _criterion(
        "Nhận thức",
        "Hiểu văn bản trong quan hệ với lĩnh vực được phân công.",
        20,
        ("Chép lại", "Chủ yếu trích văn bản, ít lời của người viết."),
        ("Nêu được ý", "Đúng ý chính nhưng chưa thấy lĩnh vực của mình ở đâu."),
        ("Hiểu, biết chọn", "Chọn được ý sát với lĩnh vực và giải thích vì sao."),
        ("Sâu, thấy mối nối", "Thấy được các việc liên quan nhau thế nào và khâu nào yếu."),
    ),
    _criterion(
        "Liên hệ lĩnh vực",
        "Việc đã làm với cơ sở trong mảng mình phụ trách.",
        35,
        ("Chung chung", "Chỉ nêu chủ trương, không có việc của mình."),
        ("Có việc", "Có kể việc đã làm nhưng chưa rõ tác dụng với cơ sở."),
        ("Có kết quả", "Việc cụ thể, cơ sở được lợi gì thì nêu rõ."),
        ("Có bài học", "Nêu cả việc chưa thành, rút được điều để làm khác đi."),
    ),
    _criterion(
        "Nêu gương",
        "Tự soi mình trước khi nói đến người khác.",
        15,
        ("Né tránh", "Không nhắc đến bản thân."),
        ("Nói lướt", "Có tự nhận xét nhưng không nêu việc nào."),
        ("Thành thật", "Nhận một thiếu sót cụ thể của mình."),
        ("Đã sửa", "Nhận thiếu sót và cho thấy đã sửa bằng việc làm."),
    ),
    _criterion(
        "Cam kết",
        "Việc sẽ làm cùng cơ sở trong thời gian tới.",
        20,
        ("Không có", "Không nêu việc nào sẽ làm."),
        ("Khẩu hiệu", "Hứa chung, không kiểm tra được."),
        ("Có việc", "Có việc cụ thể nhưng chưa rõ bao giờ xong."),
        ("Kiểm tra được", "Có việc, có hạn và nói rõ ai đánh giá."),
    ),
    _criterion("Trình bày", "Bố cục, câu chữ, chính tả.", 10, *_WRITING),
)

MEMBER: tuple[CriterionSpec, ...] = (
    _criterion(
        "Nhận thức",
        "Hiểu điều đã học và nói được vì sao tâm đắc.",
        25,
        ("Chép lại", "Chủ yếu chép văn bản hoặc lời báo cáo viên."),
        ("Nêu được ý", "Nêu đúng một vài ý nhưng chưa nói vì sao."),
        ("Bằng lời mình", "Nói bằng lời của mình, có lý do rõ ràng."),
        ("Có suy nghĩ riêng", "Có điều tự nghiệm ra, làm người đọc phải nghĩ."),
    ),
    _criterion(
        "Liên hệ bản thân",
        "Việc mình đã làm, việc còn thiếu trong công việc và nếp sống.",
        40,
        ("Chung chung", "Toàn nhận xét chung, ai viết cũng được."),
        ("Có việc", "Kể được việc của mình nhưng sơ sài."),
        ("Cụ thể", "Có việc, có hoàn cảnh, có kết quả."),
        ("Thành thật, cụ thể", "Nói cả điều chưa tốt của mình và cách đã sửa."),
    ),
    _criterion(
        "Cam kết",
        "Hai việc sẽ làm, vừa sức và có thời hạn.",
        25,
        ("Không có", "Không nêu việc sẽ làm."),
        ("Khẩu hiệu", "Hứa cố gắng chung chung."),
        ("Có việc", "Có việc cụ thể nhưng chưa có hạn."),
        ("Có việc, có hạn", "Đủ hai việc, có hạn, người khác kiểm tra được."),
    ),
    _criterion("Trình bày", "Câu chữ, chính tả, độ gọn.", 10, *_WRITING),
)

EXEMPT: tuple[CriterionSpec, ...] = (
    _criterion(
        "Tấm lòng",
        "Sự quan tâm của người viết với việc học và việc chung.",
        40,
        ("Chưa rõ", "Vài chữ, chưa thấy điều muốn nói."),
        ("Có quan tâm", "Có lời về buổi học nhưng còn chung."),
        ("Chân tình", "Lời chân tình, thấy được người viết."),
        ("Ấm áp, sâu lắng", "Lời giản dị mà khiến người đọc nhớ."),
    ),
    _criterion(
        "Chuyện thật",
        "Một việc, một kỷ niệm hay một điều tự nghĩ của người viết.",
        40,
        ("Chưa có", "Chưa có chuyện nào của mình."),
        ("Nhắc qua", "Có nhắc một việc nhưng chưa kể."),
        ("Kể được chuyện", "Có một chuyện thật, dễ hình dung."),
        ("Chuyện và điều rút ra", "Chuyện thật, kèm điều rút ra cho mình và cho người trẻ."),
    ),
    _criterion(
        "Lời nhắn gửi",
        "Điều mong muốn với chi bộ, với lớp trẻ.",
        20,
        ("Không có", "Không có lời nhắn."),
        ("Chung", "Lời chúc chung."),
        ("Rõ ý", "Một mong muốn rõ ràng."),
        ("Làm được ngay", "Một mong muốn cụ thể mà chi bộ có thể làm ngay."),
    ),
)

ENTERPRISE: tuple[CriterionSpec, ...] = (
    _criterion(
        "Hiểu bài",
        "Hiểu điều đã học theo cách của người làm việc.",
        20,
        ("Chép lại", "Chép lời báo cáo viên, chưa có ý mình."),
        ("Nêu được ý", "Nêu đúng ý nhưng chưa liên hệ nơi làm."),
        ("Nói theo lời thợ", "Nói bằng lời mình, có ví dụ ở xưởng."),
        ("Ví dụ đắt", "Ví dụ ở nơi làm giúp người khác hiểu bài hơn."),
    ),
    _criterion(
        "Gắn với sản xuất",
        "Việc ở ca, ở máy, ở tổ: được gì, chưa được gì.",
        40,
        ("Chung chung", "Không thấy công việc của người viết."),
        ("Có việc", "Có kể việc ở tổ nhưng chưa rõ kết quả."),
        ("Có số, có cách làm", "Nói rõ cách làm và kết quả đo được."),
        ("Thật cả cái dở", "Có kết quả, nhận cả lỗi của mình và cách sửa."),
    ),
    _criterion(
        "Cam kết ở ca",
        "Việc sẽ làm ở ca, ở tổ, có hạn.",
        30,
        ("Không có", "Không nêu việc sẽ làm."),
        ("Khẩu hiệu", "Hứa chung chung."),
        ("Có việc", "Việc cụ thể ở ca nhưng chưa có hạn."),
        ("Tổ kiểm tra được", "Có việc, có hạn, tổ nhìn vào biết làm hay chưa."),
    ),
    _criterion(
        "Đề xuất",
        "Điều mong công ty, chi bộ, ban tổ chức làm.",
        10,
        ("Không có", "Không có đề xuất."),
        ("Mong muốn chung", "Mong muốn chung, khó làm theo."),
        ("Rõ việc", "Đề xuất một việc rõ ràng."),
        ("Làm thử được ngay", "Đề xuất có cách làm và cái lợi thấy được."),
    ),
)
