import { SquareDashedMousePointer } from 'lucide-react';
import type { Run } from '../../../electron/host/contract/runs.ts';
import { numbersOf } from '../../../native-models/protocol/picture-region.ts';
import { edit, newAnnotationId } from '../../app/actions/annotation-actions.ts';
import { useApp } from '../../app/use-app.ts';
import { useShownPlaces } from '../../app/use-shown-places.ts';
import { keptPlace } from '../../places/region-edits.ts';
import { keyOfPlace } from '../../places/shown-places.ts';
import { Badge } from '../../ui/Badge.tsx';
import { Button } from '../../ui/Button.tsx';
import { sessionTexts } from '../texts.ts';
import { MomentLink } from './MomentLink.tsx';
import type { RunView } from './run-view.ts';
import styles from './SaidMoments.module.css';

const texts = sessionTexts.run;

/** The boxes and points that a reasoner named: a click shows each where and when it is. */
export function SaidPlaces({ run, view }: { readonly run: Run; readonly view: RunView | undefined }) {
  const app = useApp();
  const shown = new Map(useShownPlaces().map((place) => [place.key, place]));
  const places = view === undefined ? (run.record?.places ?? []) : view.saidPlaces;
  if (places.length === 0) return null;
  return (
    <section aria-label={texts.places} className={styles.said}>
      <h3 className={styles.title}>{texts.places}</h3>
      <p className={styles.hint} data-quiet>
        <SquareDashedMousePointer size={13} aria-hidden="true" />
        {texts.placesHint}
      </p>
      <ul>
        {places.map(({ region, name, atSec, text }, index) => {
          const place = shown.get(keyOfPlace(run.id, index));
          const hundredths = numbersOf(region).map((share) => Math.round(share * 100));
          return (
            <li key={index} className={styles.moment} title={text}>
              {atSec === undefined ? (
                <span className={styles.untimed}>{texts.placeAtNoTime}</span>
              ) : (
                <MomentLink moment={{ startSec: atSec, endSec: atSec }} />
              )}
              <span className={styles.words}>
                {name === '' ? '' : `${name} · `}
                {texts.placeHere(region.kind, hundredths)}
              </span>
              {place?.origin.type === 'annotation' && <Badge look="good">{texts.placeKept}</Badge>}
              {place?.origin.type === 'said' && (
                <Button onClick={() => edit(app, keptPlace(place, newAnnotationId))}>
                  {texts.keepPlace}
                </Button>
              )}
            </li>
          );
        })}
      </ul>
    </section>
  );
}
