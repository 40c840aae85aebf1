"""The commands of the program, grouped as a user meets them; each module has ``register(app)``."""
