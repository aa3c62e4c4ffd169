"""The command line: parses, calls a service, renders. Logs go to standard error, data to standard output."""
