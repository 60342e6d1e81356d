"""What every test may lean on: databases, the client that audits pages, counters. No test here."""
