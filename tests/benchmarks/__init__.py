"""How fast the service is and how it grows: measured on request, never by the test suite."""
