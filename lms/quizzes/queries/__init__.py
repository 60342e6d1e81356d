"""Reads of quizzes, one file per record: banks for organisers, attempts for members."""
