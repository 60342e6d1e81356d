"""The dated tree of units. It knows no people."""
