"""Stored files: checks of content, storage, signed addresses, ranges. It authorises nobody."""
