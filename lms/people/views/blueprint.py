"""The blueprint of the account's own pages."""

from flask import Blueprint

bp = Blueprint("people", __name__)
