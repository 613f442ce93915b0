import type { Findings } from '../findings.ts';
import type { XmlElement } from '../xml-elements.ts';
import { elanDocument } from './elan-document.ts';
import { elanSpans } from './elan-times.ts';
import type { ElanSpan } from './elan-times.ts';

const supposed: Readonly<Record<Exclude<ElanSpan['found'], 'written'>, string>> = {
  spread: 'times that are not aligned were spread evenly between their neighbours',
  parent: 'annotations without times of their own have those of the annotation that they are about',
  divided: 'annotations that subdivide another were given even parts of it',
};

/** The tier's name for moments without a label, which `writeElan` writes. */
export const unlabelledTier = 'moments';

/** ELAN documents: all annotations that have times or are about one that has; tiers become labels. */
export function readElan(root: XmlElement, findings: Findings): void {
  const document = elanDocument(root);
  const spans = elanSpans(document);
  for (const { id: tier, annotations } of document.tiers) {
    // Moments of a label that overlap are written in tiers with a number.
    const label = tier.replace(/ \(\d+\)$/u, '');
    for (const { id, text } of annotations) {
      const place = `tier ${tier}, annotation ${id}`;
      const span = spans.get(id);
      if (span === undefined) {
        findings.skip(place, 'it has no times, and neither has what it is about');
        continue;
      }
      if (span.found !== 'written') findings.assume(supposed[span.found], place);
      findings.add(place, {
        videos: document.videos,
        start: { kind: 'seconds', sec: span.startSec },
        end: { kind: 'seconds', sec: span.endSec },
        onPlayersClock: true,
        text,
        label: label === unlabelledTier ? '' : label,
      });
    }
  }
}
