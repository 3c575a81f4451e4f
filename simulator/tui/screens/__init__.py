"""The screens, one file each; a screen is imported when it is first opened."""
