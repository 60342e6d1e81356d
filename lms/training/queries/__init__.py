"""Reads of training, one file per record; other packages import the file they need."""
