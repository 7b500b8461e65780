"""What the tests share: contracts, hosts, folders, and ways to break things."""
