"""What people see and what a tap does: one module per conversation, in the words of `kit`."""
