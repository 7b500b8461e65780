"""What the tests share: contracts, hosts, desks, and ways to break things."""
