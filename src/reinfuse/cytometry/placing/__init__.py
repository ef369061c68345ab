"""Gates moved a little to where the events of a tube lie, and what drifts between tubes."""
