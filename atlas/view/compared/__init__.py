"""What a view is compared with: places, standards and dates, in the address and in boxes."""
