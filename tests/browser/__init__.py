"""Tests in headless Chromium: a person's way through the pages, by role and by width."""
