import { useEffect, useRef } from 'react';

interface SubtitleTrackProps {
  readonly src: string;
  readonly label: string;
  /** Added to all cues: subtitles are in presentation time, the element has a clock of its own. */
  readonly shiftSec: number;
}

/** Subtitles of the video around it, shown. */
export function SubtitleTrack({ src, label, shiftSec }: SubtitleTrackProps) {
  const element = useRef<HTMLTrackElement>(null);
  useEffect(() => {
    const track = element.current;
    if (!track) return undefined;
    track.track.mode = 'showing';
    const shift = () => {
      for (const cue of track.track.cues ?? []) {
        cue.startTime += shiftSec;
        cue.endTime += shiftSec;
      }
    };
    if (shiftSec !== 0) track.addEventListener('load', shift, { once: true });
    return () => {
      track.track.mode = 'disabled';
      track.removeEventListener('load', shift);
    };
  }, [shiftSec]);
  return <track ref={element} kind="subtitles" src={src} label={label} srcLang="und" default />;
}
