"""The catalogue of messages: what provokes each of them, and what it says."""
