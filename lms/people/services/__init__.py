"""Commands on people, by what they act on: members, accounts, audiences."""

from lms.people.services.accounts import (
    change_password,
    create_account,
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
from lms.people.services.members import (
    add_member,
    change_member,
    end_post,
    give_post,
    mark_left,
    transfer_member,
)
from lms.people.services.search import forget_names, index_missing_names, index_names

__all__ = [
    "add_member",
    "change_member",
    "change_password",
    "create_account",
    "define_audience",
    "described",
    "end_override",
    "end_post",
    "forget_names",
    "give_post",
    "index_missing_names",
    "index_names",
    "mark_left",
    "move_audience",
    "override_audience",
    "reset_password",
    "set_account_disabled",
    "transfer_member",
]
