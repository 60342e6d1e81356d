"""Errors of the domain: what services and queries raise; web/errors.py makes answers of them."""


class DomainError(Exception):
    """A rule was broken. `message` is for the user: plain words that say what to do."""

    def __init__(self, message: str, field: str | None = None) -> None:
        super().__init__(message)
        self.message = message
        self.field = field


class NotFound(DomainError):
    """No such object, or one outside what the actor may see: the two look the same (404)."""

    def __init__(self, message: str = "") -> None:
        super().__init__(message)


class NotAllowed(DomainError):
    """The actor may see the object and may not do this to it now (403)."""


class Invalid(DomainError):
    """A value breaks a rule; `field` names the form field it belongs to, if any (422)."""


class Conflict(DomainError):
    """Someone else changed the object since it was read (409)."""


class PayloadTooLarge(DomainError):
    """More was sent than is taken (413)."""


class NoSpace(DomainError):
    """The disk is full; nothing was kept (507)."""


class Busy(DomainError):
    """Too many ask for the same slow thing at once; a moment later it will do (503)."""
