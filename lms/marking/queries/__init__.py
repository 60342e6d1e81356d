"""Reads of marking: the reviewer's (queue.py, essay.py, sheets.py), the organiser's (states.py,
overview.py, passed_on.py, facts.py, release.py, conflicts.py), the writer's (outcomes.py)."""
