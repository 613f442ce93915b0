import type { ExportedMoment, VideoMoments } from './export-content.ts';
import { escapeMarkup } from './escape-markup.ts';

/**
 * An ELAN annotation document (EAF 3.0) of one video. A tier per label; moments of a tier that overlap go to a further
 * one, since the annotations of an ELAN tier must not.
 */
export function writeElan({ video, moments }: VideoMoments, writtenAt: Date): string {
  const slots: number[] = [];
  const slot = (timeSec: number): string => `ts${slots.push(Math.round(timeSec * 1000))}`;
  let annotations = 0;
  const tiers = tiersOf(moments).map(([name, tierMoments]) => {
    const entries = tierMoments.map(
      (moment) =>
        `    <ANNOTATION>
      <ALIGNABLE_ANNOTATION ANNOTATION_ID="a${++annotations}" TIME_SLOT_REF1="${slot(moment.startSec)}" TIME_SLOT_REF2="${slot(moment.endSec)}">
        <ANNOTATION_VALUE>${escapeMarkup(moment.text)}</ANNOTATION_VALUE>
      </ALIGNABLE_ANNOTATION>
    </ANNOTATION>`,
    );
    return `  <TIER LINGUISTIC_TYPE_REF="default-lt" TIER_ID="${escapeMarkup(name)}">\n${entries.join('\n')}\n  </TIER>`;
  });
  const order = slots.map(
    (timeMs, index) => `    <TIME_SLOT TIME_SLOT_ID="ts${index + 1}" TIME_VALUE="${timeMs}"/>`,
  );
  return `<?xml version="1.0" encoding="UTF-8"?>
<ANNOTATION_DOCUMENT AUTHOR="" DATE="${writtenAt.toISOString()}" FORMAT="3.0" VERSION="3.0" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" xsi:noNamespaceSchemaLocation="http://www.mpi.nl/tools/elan/EAFv3.0.xsd">
  <HEADER MEDIA_FILE="" TIME_UNITS="milliseconds">
    <MEDIA_DESCRIPTOR MEDIA_URL="${escapeMarkup(video.name)}" MIME_TYPE="video/*" RELATIVE_MEDIA_URL="./${escapeMarkup(video.name)}"/>
  </HEADER>
  <TIME_ORDER>
${order.join('\n')}
  </TIME_ORDER>
${tiers.join('\n')}
  <LINGUISTIC_TYPE GRAPHIC_REFERENCES="false" LINGUISTIC_TYPE_ID="default-lt" TIME_ALIGNABLE="true"/>
</ANNOTATION_DOCUMENT>
`;
}

/** Tiers by name; moments come by their start. */
function tiersOf(moments: readonly ExportedMoment[]): [string, ExportedMoment[]][] {
  const tiers = new Map<string, ExportedMoment[]>();
  for (const moment of moments) {
    const base = moment.label === '' ? 'moments' : moment.label;
    for (let number = 1; ; number++) {
      const name = number === 1 ? base : `${base} (${number})`;
      const tier = tiers.get(name) ?? [];
      if ((tier.at(-1)?.endSec ?? 0) > moment.startSec) continue;
      tiers.set(name, [...tier, moment]);
      break;
    }
  }
  return [...tiers];
}
