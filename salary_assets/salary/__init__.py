"""The pay model: what an advertised job pays a month, and how sure that is.

One idea runs through it: every score that a model learns from was made by a model that did not see that ad.
"""
