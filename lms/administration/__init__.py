"""Pages of the administrator: tree, people, posts, appointments, audiences, audit."""
