"""What was really watched: playback grants, beacons, coverage, self-declaration."""
