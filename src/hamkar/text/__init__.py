"""Reading text as people of four scripts write it: digits, numbers, dates, labels. Pure; imports nothing of Hamkar."""
