"""The label itself: plain functions on frozen values, without I/O."""
