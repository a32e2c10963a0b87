"""What a machine is worth: gates first, then the worst axis decides. Pure functions of facts (see `rubric`)."""
