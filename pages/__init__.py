"""One file per page: PAGE says what it is, show() arranges it. No SQL and no arithmetic on data here."""
