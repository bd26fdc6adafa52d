"""What a visitor asks: place, standard, date, filters, from and to the address."""
