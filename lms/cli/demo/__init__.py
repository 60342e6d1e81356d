"""The demo: an invented district with people, a running campaign and a closed one.

`content/` is data only; the commands that write it to the database stand beside it.
"""
