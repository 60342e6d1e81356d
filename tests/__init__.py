"""The tests; the folders mirror lms/. Shared machinery lies in support/, row makers in factories/."""
