"""How text is recognised. Pure functions over `core` records; data files stand beside the code."""
