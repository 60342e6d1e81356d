"""What leaves the product for people: letters in an outbox, sent behind the request."""
