"""Forms of the planner. Whether the values may stand together is the services' to say."""
