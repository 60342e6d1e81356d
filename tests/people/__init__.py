"""Tests of people: audiences, accounts, sign-in, the records of members."""
