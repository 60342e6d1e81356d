"""Essays, from the lengths to the pages."""
