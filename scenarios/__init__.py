"""The shipped content: data only. This empty face lets the wheel carry it."""
