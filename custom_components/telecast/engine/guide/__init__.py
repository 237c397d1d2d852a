"""The guide: what is on, in the files of all guide documents, and whose it is."""
