"""Forms of the account itself, by what they are for."""

from lms.people.forms.passwords import (
    ActivationForm,
    ConfirmForm,
    ForgottenForm,
    NewPasswordForm,
    PasswordForm,
)
from lms.people.forms.sign_in import SignInForm, StepForm

__all__ = [
    "ActivationForm",
    "ConfirmForm",
    "ForgottenForm",
    "NewPasswordForm",
    "PasswordForm",
    "SignInForm",
    "StepForm",
]
