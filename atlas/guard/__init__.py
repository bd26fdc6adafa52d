"""Who is answered and who is not: hosts, origins, headers, sessions, the log."""
