"""Members, their units and posts, audiences, accounts and sign-in."""
