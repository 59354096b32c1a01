"""The catalogue of streets: each public module has exactly `build(...)` and `sample(rng, **fixed)`."""
