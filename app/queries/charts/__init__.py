"""What charts show, as rows: read from the same lists that the API gives, on the same day."""
