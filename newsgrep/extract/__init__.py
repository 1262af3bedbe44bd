"""Understanding: a page becomes an article; everything else on it is boilerplate."""
