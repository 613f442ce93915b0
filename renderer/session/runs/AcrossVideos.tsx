import type { Run } from '../../../electron/host/contract/runs.ts';
import { showRun } from '../../app/actions/run-actions.ts';
import { showPlace } from '../../app/actions/show-moment.ts';
import { useApp, useLibrary } from '../../app/use-app.ts';
import { formatSeconds } from '../../player/timecode.ts';
import { classNames } from '../../ui/class-names.ts';
import { Meter } from '../../ui/Meter.tsx';
import { sessionTexts } from '../texts.ts';
import { foundAcross } from './across-videos.ts';
import type { FoundMoment } from './across-videos.ts';
import { ShareBar } from './ShareBar.tsx';
import styles from './AcrossVideos.module.css';

const texts = sessionTexts.run;

/** One list of the moments that a question found in all the videos that it was put to, best first. */
export function AcrossVideos({ run }: { readonly run: Run }) {
  const runs = useLibrary((state) => state.runs);
  const found = foundAcross(Object.values(runs), run);
  if (found === undefined) return null;
  const { moments, ended, total } = found;
  return (
    <section aria-label={texts.across.title} className={styles.section}>
      <h3 className={styles.title}>{texts.across.title}</h3>
      {ended < total && <Meter label={texts.across.progress(ended, total)} done={ended} total={total} />}
      <p className={styles.progress}>{texts.across.progress(ended, total)}</p>
      <ol className={styles.list}>
        {moments.map((moment) => (
          <Row
            key={`${moment.run.id}-${moment.candidate.startSec}-${moment.candidate.endSec}`}
            moment={moment}
            isShown={moment.run.id === run.id}
          />
        ))}
      </ol>
    </section>
  );
}

function Row({ moment, isShown }: { readonly moment: FoundMoment; readonly isShown: boolean }) {
  const app = useApp();
  const { run, candidate } = moment;
  const { videoId } = run.question;
  const name = useLibrary((state) => state.videos[videoId]?.name ?? '');
  const [start, end] = [formatSeconds(candidate.startSec, 1), formatSeconds(candidate.endSec, 1)];
  const { verifierScore, confidence } = candidate;
  return (
    <li>
      <button
        type="button"
        className={classNames(styles.row, isShown && styles.shown)}
        aria-label={texts.across.goTo(name, start, end)}
        onClick={() => {
          showPlace(app, videoId, candidate.startSec);
          showRun(app, run.id);
        }}
      >
        <span className={styles.video}>{name}</span>
        <span className={styles.times}>{`${start} – ${end}`}</span>
        <ShareBar
          share={verifierScore ?? confidence}
          look={verifierScore === undefined ? 'confidence' : 'score'}
        />
      </button>
    </li>
  );
}
