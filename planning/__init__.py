"""What could be done: cost, subsidy, priority, sites, sharing, tenders. Pure functions on DataFrames, units in
names.
"""
