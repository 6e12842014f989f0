"""All reading SQL. Functions take a Reader and the day asked about; they know no HTTP."""
