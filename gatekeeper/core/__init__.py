"""Records and judgement. Pure: no I/O, no clock, no logging; everything frozen."""
