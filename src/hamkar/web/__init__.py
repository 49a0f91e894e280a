"""The pages: drawn on the server, usable from the keyboard, in four languages, with no script at all."""
