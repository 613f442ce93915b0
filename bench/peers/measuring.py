"""What the Python peers share: answering requests line by line, times and memory.

A peer reads one JSON request a line from stdin, does the work once and writes one JSON reply a line to stdout:
{"sec": …, "peakBytes": …} or {"error": …}. The runner (bench/run.ts) asks the contestants in turn, so that each pair of
measurements is taken under the same conditions. Everything else goes to stderr.
"""

import json
import os
import sys
import traceback


def peak_bytes():
    """Largest resident set since the last reset, mapped files included; None where the system does not tell."""
    try:
        with open("/proc/self/status") as status:
            line = next(line for line in status if line.startswith("VmHWM"))
    except OSError:
        return None
    return int(line.split()[1]) * 1024


def reset_peak():
    """Starts the largest resident set anew from the present one."""
    try:
        with open("/proc/self/clear_refs", "w") as file:
            file.write("5")
    except OSError:
        pass


def serve(handlers):
    """Answers requests until stdin closes. `handlers`: request name -> function(request) -> dict."""
    # Libraries print; the replies need stdout to themselves.
    replies = os.fdopen(os.dup(sys.stdout.fileno()), "w", buffering=1)
    os.dup2(sys.stderr.fileno(), sys.stdout.fileno())
    replies.write(json.dumps({"ready": True}) + "\n")
    for line in sys.stdin:
        request = json.loads(line)
        reset_peak()
        try:
            reply = handlers[request["measure"]](request)
            reply.setdefault("peakBytes", peak_bytes())
        except Exception as error:  # The runner reports it; the next request may still work.
            traceback.print_exc()
            reply = {"error": f"{type(error).__name__}: {error}"}
        replies.write(json.dumps(reply) + "\n")
