"""Directives, campaigns, requirements, training sessions, materials, enrolments."""
