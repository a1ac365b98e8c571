"""The bot's own Dutch: a frozen dataclass per screen, a template for each, and one way to render them."""
