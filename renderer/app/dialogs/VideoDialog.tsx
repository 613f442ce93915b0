import type { LibraryVideo } from '../../../electron/host/contract/library.ts';
import { formatSeconds } from '../../player/timecode.ts';
import { Button } from '../../ui/Button.tsx';
import { Dialog } from '../../ui/Dialog.tsx';
import { appTexts } from '../texts.ts';
import styles from './VideoDialog.module.css';

export interface VideoDialogProps {
  readonly video: LibraryVideo;
  readonly onClose: () => void;
  /** A person takes another picture of the file for the film. */
  readonly onChooseStream: (videoStream: number) => void;
}

/** What a video file holds: its picture, its tracks and which are used, and what to know of how it was read. */
export function VideoDialog({ video, onClose, onChooseStream }: VideoDialogProps) {
  const { picture, name, path } = video;
  if (picture === undefined) return null;
  const { tracks = [], warnings = [] } = picture;
  return (
    <Dialog
      title={name}
      description={path}
      open
      onClose={onClose}
      actions={<Button onClick={onClose}>{appTexts.close}</Button>}
    >
      {warnings.length > 0 && (
        <section className={styles.notes} aria-label={appTexts.videoNotesTitle}>
          <h3>{appTexts.videoNotesTitle}</h3>
          <ul>
            {warnings.map(({ code, message }) => (
              <li key={`${code} ${message}`}>{message}</li>
            ))}
          </ul>
        </section>
      )}
      <dl className={styles.facts}>
        {factsOf(picture).map(([what, value]) => (
          <div key={what}>
            <dt>{what}</dt>
            <dd>{value}</dd>
          </div>
        ))}
      </dl>
      {tracks.length > 0 && (
        <section className={styles.tracks} aria-label={appTexts.videoTracks}>
          <h3>{appTexts.videoTracks}</h3>
          <table>
            <tbody>
              {tracks.map(({ index, kind, codec, language, used }) => (
                <tr key={index}>
                  <td>{index}</td>
                  <th scope="row">{appTexts.trackKinds[kind]}</th>
                  <td>{codec}</td>
                  <td>{language}</td>
                  <td>
                    {kind === 'video' && !used && video.state === 'ready' ? (
                      <Button
                        small
                        onClick={() => onChooseStream(index)}
                        aria-label={appTexts.useTrackName(index)}
                      >
                        {appTexts.useTrack}
                      </Button>
                    ) : (
                      (kind === 'video' || kind === 'audio') && usageOf(used)
                    )}
                  </td>
                </tr>
              ))}
            </tbody>
          </table>
        </section>
      )}
    </Dialog>
  );
}

function usageOf(used: boolean): string {
  return used ? appTexts.trackUsed : appTexts.trackNotUsed;
}

function factsOf(picture: NonNullable<LibraryVideo['picture']>): (readonly [string, string])[] {
  const { durationSec, totalFrames, width, height, codec, variableFrameRate, timecode } = picture;
  const fps = Number(picture.fps.toFixed(3));
  const frames = variableFrameRate ? appTexts.videoFramesUneven : appTexts.videoFrameCount;
  return [
    [appTexts.videoSize, `${width} × ${height} · ${codec}`],
    [appTexts.videoLength, formatSeconds(durationSec)],
    [appTexts.videoFrames, frames(totalFrames, fps)],
    ...(timecode === undefined ? [] : [[appTexts.videoTimecode, timecode.start] as const]),
  ];
}
