"""The scripts, tested by Node's own test runner without a browser; see test_scripts.py."""
