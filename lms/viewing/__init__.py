"""What was really watched: playback grants, beacons, coverage, and the page of a session.

Viewing writes coverage; enrolments are moved forward by the services of `training`.
"""
