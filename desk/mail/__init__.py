"""E-mail to people who asked for it: a queue in the database, sent by whoever serves, never waited for."""
