"""Forms of viewing, one file per subject. Whether values may stand together the services say."""
