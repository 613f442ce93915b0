"""Rules about spans in seconds."""

Span = tuple[float, float]

shortest_candidate_sec = 2.0
fallback_windows = 5


def bound_span(span: Span, duration: float, shortest: float = 0.0) -> Span:
    """Brings a span into order and into the video, and widens it around its centre to a shortest length, shifted where
    the video's ends cut it off. A video shorter than that is the result."""
    first, last = sorted(min(max(time, 0.0), duration) for time in span)
    if last - first >= shortest:
        return first, last
    half = shortest / 2
    centre = min(duration - half, max(half, (first + last) / 2))
    return max(0.0, centre - half), min(duration, max(0.0, centre + half))


def verifier_window(candidate: Span, duration: float) -> tuple[Span, Span]:
    """A candidate of at least 2 s, and the window around it that the verifier is shown: half its length on both sides."""
    span = bound_span(candidate, duration, shortest_candidate_sec)
    margin = (span[1] - span[0]) / 2
    return span, bound_span((span[0] - margin, span[1] + margin), duration)


def place_in_window(time: float, window: Span) -> float:
    """Where a time lies in a window: 0 at its start, 1 at its end, clamped."""
    length = window[1] - window[0]
    return min(1.0, max(0.0, (time - window[0]) / length)) if length > 0 else 0.0


def overlap(one: Span, other: Span) -> float:
    """Intersection over union."""
    both = max(0.0, min(one[1], other[1]) - max(one[0], other[0]))
    either = (one[1] - one[0]) + (other[1] - other[0]) - both
    return both / either if either > 0 else 0.0


def windows_without_moment(duration: float) -> list[Span]:
    """Five overlapping windows that stand in where the grounder named no moment."""
    return [(index * duration / 6, (index + 2) * duration / 6) for index in range(fallback_windows)]
