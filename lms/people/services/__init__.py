"""Commands on people, by what they act on: members, accounts, audiences."""

from lms.people.services.accounts import (
    change_password,
    create_account,
    end_all_sign_ins,
    reset_password,
    set_account_disabled,
)
from lms.people.services.audiences import (
    define_audience,
    described,
    end_override,
    move_audience,
    override_audience,
)
from lms.people.services.codes import (
    issue_mailed_code,
    issue_reset_code,
    issue_slips,
    note_wrong_code,
    open_account_of,
    use_code,
)
from lms.people.services.leaving import mark_left, return_member
from lms.people.services.members import (
    add_member,
    change_member,
    end_post,
    give_post,
    transfer_member,
)
from lms.people.services.search import forget_names, index_missing_names, index_names
from lms.people.services.second_step import (
    begin_second_step,
    confirm_second_step,
    provisioning_address,
    renew_recovery_codes,
    reset_second_step,
    secret_of,
    takes_app_code,
    use_recovery_code,
)

__all__ = [
    "add_member",
    "begin_second_step",
    "change_member",
    "change_password",
    "confirm_second_step",
    "create_account",
    "define_audience",
    "described",
    "end_all_sign_ins",
    "end_override",
    "end_post",
    "forget_names",
    "give_post",
    "index_missing_names",
    "index_names",
    "issue_mailed_code",
    "issue_reset_code",
    "issue_slips",
    "mark_left",
    "move_audience",
    "note_wrong_code",
    "open_account_of",
    "override_audience",
    "provisioning_address",
    "renew_recovery_codes",
    "reset_password",
    "reset_second_step",
    "return_member",
    "secret_of",
    "set_account_disabled",
    "takes_app_code",
    "transfer_member",
    "use_code",
    "use_recovery_code",
]
