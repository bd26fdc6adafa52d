"""The villages that planning asks for, with what their cost depends on."""
