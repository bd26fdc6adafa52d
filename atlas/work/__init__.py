"""Heavy work in processes of its own, with words for those who wait."""
