"""Tests of who may do what, where and when."""
