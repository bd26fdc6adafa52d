"""Who pays: the subsidy of a project, a fund of operators, what raising money costs society."""
