"""The engine of a cluster: articles in OpenSearch, asked and written as those of a folder are."""
