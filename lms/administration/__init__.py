"""Pages of the administrator: tree, people, posts, accounts, appointments, audiences, audit."""
