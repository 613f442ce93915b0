import { isSameRegion } from '../../../native-models/protocol/picture-region.ts';
import type { Annotation, NewAnnotation } from './annotations.ts';

type Placed = Pick<Annotation, 'startSec' | 'endSec' | 'region'>;

/** Whether one is at other times, or elsewhere in the picture, than it was. */
export function isMoved(before: Placed, after: Placed): boolean {
  const sameTimes = before.startSec === after.startSec && before.endSec === after.endSec;
  return !sameTimes || !isSameRegion(before.region, after.region);
}

/** What an annotation that is moved keeps of what it was: nothing where it was a person's own, or was moved before. */
export function editedFrom(
  before: Placed & Pick<Annotation, 'provenance'>,
): Partial<Pick<NewAnnotation, 'provenance' | 'originalStartSec' | 'originalEndSec' | 'originalRegion'>> {
  const { provenance, startSec, endSec, region } = before;
  if (provenance !== 'model' && provenance !== 'imported') return {};
  return {
    ...{ provenance: 'edited', originalStartSec: startSec, originalEndSec: endSec },
    ...(region === undefined ? {} : { originalRegion: region }),
  };
}
