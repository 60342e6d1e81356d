"""Commands and the demo they make."""
