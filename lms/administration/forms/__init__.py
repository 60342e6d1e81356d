"""Forms of the administrator, a file per subject."""
