"""Question banks, importers, quizzes and attempts."""
