"""Tests of the house rules that hold for every file, route, template and migration at once."""
