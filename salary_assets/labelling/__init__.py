"""Posting -> label: rules, Mistral, cache, audit."""
