"""Contract files in TOML: read, written and edited."""
