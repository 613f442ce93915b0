"""Questions with answers (and reasoning) from files of others, and the forms that trainers read."""
