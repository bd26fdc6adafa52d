"""What stands between the network and the pages: whom the server answers, how, and what it never does."""
