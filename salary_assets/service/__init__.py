"""The HTTP service and its page over the served bundle. Collects nothing, stores nothing that people send."""
