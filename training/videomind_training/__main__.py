"""`python -m videomind_training`."""

import sys

from videomind_training.command_line import main

if __name__ == "__main__":
    sys.exit(main())
