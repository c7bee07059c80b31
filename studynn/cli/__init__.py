"""The commands: one thin file each, found by its name. Parse, call one function, print. No rules live here."""
