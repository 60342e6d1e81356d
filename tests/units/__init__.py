"""Tests of the dated unit tree."""
