"""What work in Russian IT is worth: vacancies in, an honest net monthly pay range out."""

__version__ = "0.1.0"
