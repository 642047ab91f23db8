"""Transfer learning: networks to start from, their training on labelled images, and their export."""
