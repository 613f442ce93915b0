"""Data, configuration and launch lines for trainers on a cluster, in their own forms."""
