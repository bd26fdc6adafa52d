"""What leaves the atlas: CSV, Excel, GeoJSON, Parquet, pictures of charts."""
