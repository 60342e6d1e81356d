"""Who may do what, where and when: permissions, appointments, the one page of policy."""
