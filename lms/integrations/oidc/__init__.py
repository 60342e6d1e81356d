"""Signing in through an organisation's own OpenID Connect provider (Core 1.0, PKCE, RFC 9207)."""
