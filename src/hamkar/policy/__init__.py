"""The one place where it is decided what may go to whom; every answer names its rule."""
