"""捆绑考核: yearly scorecards of districts and unions, bundled into each principal's score."""

from districting.evaluate.scorecard.profile import Profile, read_scorecard
from districting.evaluate.scorecard.score import Scorecard, scorecard

__all__ = ["Profile", "Scorecard", "read_scorecard", "scorecard"]
