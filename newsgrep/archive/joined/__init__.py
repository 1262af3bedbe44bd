"""Several engines as one: what is asked of it is asked of each, and their answers are put together."""
