"""JSON over HTTP: the same use cases as the pages, and the door for partners' nodes."""
