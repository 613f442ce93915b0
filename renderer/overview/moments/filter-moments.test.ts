import fc from 'fast-check';
import { expect, test } from 'vitest';
import { sampleAnnotation, sampleProject } from '../../app/testing/samples.ts';
import { createMomentFilter } from './filter-moments.ts';
import { anyMoment, createRowMaker, filterMoments } from './moment-rows.ts';

const texts = ['', 'a', 'ab', 'ba', 'b c', 'abc', 'c a'];
const rows = createRowMaker()(
  texts.map((text, index) =>
    sampleAnnotation({ id: String(index), text, state: index % 2 === 0 ? 'open' : 'accepted' }),
  ),
  sampleProject,
  {},
);

test('however words and choices follow one another, what is found is what a look at all rows finds', () => {
  const filters = fc.record({
    words: fc.stringMatching(/^[ABab ]{0,4}$/u),
    state: fc.constantFrom('' as const, 'open' as const),
  });
  fc.assert(
    fc.property(fc.array(filters, { maxLength: 8 }), (asked) => {
      const find = createMomentFilter();
      for (const each of asked) {
        const filter = { ...anyMoment, ...each };
        expect(find(rows, filter, new Map())).toEqual(filterMoments(rows, filter, new Map()));
      }
    }),
  );
});
