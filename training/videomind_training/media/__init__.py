"""Videos: what they hold, which frames a role looks at, and their pictures."""
