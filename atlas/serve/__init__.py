"""What the server answers: routes, files made on demand, health, start-up."""
