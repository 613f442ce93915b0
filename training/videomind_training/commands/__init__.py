"""What can be asked of the package on the command line."""
