import type { Disagreement } from '../../../electron/host/contract/agreement.ts';
import { showMoment } from '../../app/actions/show-moment.ts';
import type { Application } from '../../app/application.ts';
import { formatSeconds } from '../../player/timecode.ts';
import { overviewTexts } from '../texts.ts';

const texts = overviewTexts.agreement;

/** Goes to a disagreement: its video, its moments selected, its beginning. */
export function showDisagreement(app: Application, at: number): void {
  const { agreement } = app.overview.getState();
  const found = agreement.measured?.disagreements[at];
  if (found === undefined) return;
  app.overview.setState({ agreement: { ...agreement, at } });
  const { videoId, startSec, oneId, otherId } = found;
  const ids = [oneId, otherId].filter((id) => id !== undefined);
  showMoment(app, { id: ids[0] ?? '', videoId, startSec });
  app.timeline.actions.select(ids);
  const count = agreement.measured?.disagreements.length ?? 0;
  const message = texts.at(at + 1, count, wordsOf(found));
  app.library.dispatch({ type: 'noticed', notice: { level: 'info', message, about: 'disagreement' } });
}

/** The next disagreement or the one before, round from the last to the first. */
export function walkDisagreements(app: Application, by: 1 | -1): void {
  const { measured, at } = app.overview.getState().agreement;
  const count = measured?.disagreements.length ?? 0;
  if (count > 0) showDisagreement(app, at < 0 ? (by === 1 ? 0 : count - 1) : (at + by + count) % count);
  else {
    const message = measured === null ? texts.noneMeasured : texts.disagreements(0);
    app.library.dispatch({ type: 'noticed', notice: { level: 'info', message, about: 'disagreement' } });
  }
}

function wordsOf({ kind, name, otherName, startSec, endSec }: Disagreement): string {
  const what = texts.plainKinds[kind];
  const names = otherName === undefined ? name : `${name} / ${otherName}`;
  return [what, names, `${formatSeconds(startSec, 1)} – ${formatSeconds(endSec, 1)}`]
    .filter((word) => word !== '')
    .join(' · ');
}
