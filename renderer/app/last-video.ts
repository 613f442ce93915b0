const keyOf = (projectId: string): string => `videomind.last-video.${projectId}`;

/** The video that was shown last in a project, as this window remembers it. */
export function lastVideoOf(projectId: string): string | undefined {
  try {
    return window.localStorage.getItem(keyOf(projectId)) ?? undefined;
  } catch {
    // Storage can be forbidden; the first video is shown then.
    return undefined;
  }
}

/** Remembers the video that is shown. */
export function rememberLastVideo(projectId: string, videoId: string): void {
  try {
    window.localStorage.setItem(keyOf(projectId), videoId);
  } catch {
    // As above.
  }
}
