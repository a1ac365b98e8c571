"""What makes data that ships with Handvat; needs what is in requirements-dev.lock, and never runs beside the bot."""
