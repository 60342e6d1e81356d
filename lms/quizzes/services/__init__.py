"""Commands of quizzes, one file per record: banks, imports, settings, attempts."""
