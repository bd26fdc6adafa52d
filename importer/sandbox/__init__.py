"""A process for foreign bytes: it may read its own input, compute for a while, and hand back rows. Nothing else."""
