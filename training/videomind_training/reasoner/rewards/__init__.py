"""Rewards: plain functions of a reply and the question's right answer, each in [0, 1]."""
