"""The register of places, their boundaries, and where villages stand."""
