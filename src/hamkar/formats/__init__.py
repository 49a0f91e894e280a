"""Reading files into claims: what a file says is kept as written, and every row that is not is named."""
