"""How the weights are made. Nothing here runs in a relay."""
