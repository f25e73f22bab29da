"""Benchmarks and fault runs. They measure and print; they are no tests. See README.md."""
