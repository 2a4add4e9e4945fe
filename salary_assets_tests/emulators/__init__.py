"""Loopback servers that answer like the real ones, with faults that can be switched on."""
