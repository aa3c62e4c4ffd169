"""gatekeeper: an SMTP relay that keeps a council's member-officer protocol."""

__version__ = "0.1.0"
