"""Reads of quizzes, one file per record: banks for organisers, attempts for members."""

from lms.quizzes.queries.attempts import quiz_of_campaign

__all__ = ["quiz_of_campaign"]
