"""What people write: who, submissions, reviews, challenges, releases, and the log of it all."""
