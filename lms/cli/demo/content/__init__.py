"""What the demo holds, as data: units, people, directives, campaigns, the essay task, essays.

Nothing here touches the database or the clock; every generator is seeded, so a second run gives
the same demo. Texts are content that a user would have typed, so they are not translated.
"""
