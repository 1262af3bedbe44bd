"""The interactive search: what is asked, what is answered, and the screen between them."""
