"""What a reasoner is shown: frames, patches, tokens and positions, equal to what the app's engine shows it."""
