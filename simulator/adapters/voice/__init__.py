"""The debtor's line in his own manner, phrased by a model and checked; the authored line is always at hand."""
