"""Synthetic counties for trying, testing and measuring; everything in them is marked so."""

from districting.sample.facilities import equipped
from districting.sample.make_county import make_county
from districting.sample.staffed import make_staffed_county, staffed
from districting.sample.write_county import write_county

__all__ = ["equipped", "make_county", "make_staffed_county", "staffed", "write_county"]
