"""Each role's first page; composes what the features tell, owns no table."""
