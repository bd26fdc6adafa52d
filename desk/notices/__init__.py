"""Public notice (公示) of registers: anybody reads and objects, each objection is answered, then it is decided."""
