"""Networks of other people, exported as other people export them, with what PyTorch makes of some photos."""
