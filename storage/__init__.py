"""Memory that survives kill -9: what the others may ask (`interfaces`) and who answers (`sql`, `content`)."""
