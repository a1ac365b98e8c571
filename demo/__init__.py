"""Handvat without Telegram: the bot, a local Telegram with a chat page, and a few people, in one command."""
