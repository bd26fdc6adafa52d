"""One file per map layer. A layer names a URL: rows never travel inside the page."""
