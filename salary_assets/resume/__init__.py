"""A resume: reading the document, structuring it, advising its owner, and examples to teach a model with.

Documents are read in a child process that imports this package, so it imports nothing itself: take
`documents.read_document`, `structure.structure`, `advise.advise` and `examples.advice_examples` from their modules.
"""
