"""Weather in the picture: what falls, what it wets, what it leaves on the lens. Color alone, never labels."""
