"""The tests; the folders mirror lms/. Machinery lies in support/, makers of rows in factories/."""
