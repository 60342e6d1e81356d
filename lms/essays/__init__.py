"""Reflection essays: the task and its variants, rubrics, drafts, submissions."""
