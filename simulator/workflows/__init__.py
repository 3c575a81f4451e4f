"""What people come here to do, one file an errand."""
