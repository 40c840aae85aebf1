"""Alerts: state changes worth telling (policy), kept until told (outbox), by channels."""
