"""The organiser's pages: a campaign from draft to release, composed of the features below."""
