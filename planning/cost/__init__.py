"""What a village costs by fibre, 4G, 5G or satellite: parameters, ranges, sums, a shared trunk."""
