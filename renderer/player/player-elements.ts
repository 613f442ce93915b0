/** The player's frame in the page, and its reading of the time: what commands without a pointer reach for. */
export const playerFrameId = 'player';
export const timecodeId = 'player-timecode';

/** Shows the player alone on the whole screen, or the window again. */
export function toggleFullScreen(): void {
  if (document.fullscreenElement) void document.exitFullscreen();
  else void document.getElementById(playerFrameId)?.requestFullscreen();
}

/** Lets a time be typed; with the next frame, when what was pressed before (the palette) has given the focus back. */
export function typeTime(): void {
  requestAnimationFrame(() => document.getElementById(timecodeId)?.click());
}
