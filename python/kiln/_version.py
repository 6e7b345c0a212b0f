"""Version of the package; that of libkiln must agree in the first two numbers."""

__version__ = "0.1.0"
