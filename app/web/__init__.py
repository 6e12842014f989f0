"""What a person sees: templates and the files beside them."""
