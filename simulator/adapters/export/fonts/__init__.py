"""The font of the PDFs, and how it was made; its licence (SIL Open Font License 1.1) lies beside it."""
