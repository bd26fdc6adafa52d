"""What is worked out once and kept, and the browser files that the atlas serves itself."""
