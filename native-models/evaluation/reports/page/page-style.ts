/** The page's style sheet: light and dark as the reader's system says, and plain on paper. */
export const pageStyle = `
:root { color-scheme: light dark; --ink: #1c2024; --faint: #60646c; --line: #e0e1e6; --ground: #fcfcfd; --card: #fff;
  --one: #0b68cb; --two: #b5520b; --three: #15803d; --bad: #c62a2f; --band: #0b68cb33; }
@media (prefers-color-scheme: dark) {
  :root { --ink: #edeef0; --faint: #b0b4ba; --line: #363a3f; --ground: #111113; --card: #18191b;
    --one: #70b8ff; --two: #ffa057; --three: #4cc38a; --bad: #ff9592; --band: #70b8ff40; }
}
* { box-sizing: border-box; }
body { margin: 0 auto; max-width: 64rem; padding: 1.5rem; background: var(--ground); color: var(--ink);
  font: 15px/1.5 system-ui, sans-serif; }
h1 { font-size: 1.5rem; margin: 0; }
h2 { font-size: 1.1rem; margin: 2rem 0 0; }
p { margin: .25rem 0; }
.note { color: var(--faint); max-width: 46rem; }
.doubt { border-left: 3px solid var(--bad); padding-left: .75rem; margin-top: 1rem; }
.scroll { overflow-x: auto; }
table { border-collapse: collapse; margin-top: .5rem; font-variant-numeric: tabular-nums; }
th, td { text-align: right; padding: .3rem .75rem; border-bottom: 1px solid var(--line); vertical-align: middle; }
th:first-child, td:first-child { text-align: left; padding-left: 0; }
th { font-weight: 600; color: var(--faint); }
td strong { font-size: 1.05em; }
td small { color: var(--faint); }
dl { display: flex; flex-wrap: wrap; gap: .25rem 1.5rem; margin: .75rem 0 0; }
dl div { display: flex; gap: .4rem; }
dt { color: var(--faint); }
dd { margin: 0; }
svg { display: block; max-width: 100%; }
svg text { fill: var(--faint); font: 12px system-ui, sans-serif; }
.charts { display: flex; flex-wrap: wrap; gap: 0 2.5rem; }
.charts > div { flex: 1 1 22rem; max-width: 28rem; }
.legend { display: flex; gap: 1rem; color: var(--faint); margin-top: .25rem; }
.legend i { display: inline-block; width: 1rem; height: 3px; margin-right: .4rem; vertical-align: middle; }
table:has(.track) td { white-space: nowrap; }
.track { display: inline-block; width: clamp(2rem, 5vw, 5rem); height: .6rem; margin-right: .6rem; background: var(--line); border-radius: 2px; }
.track + span { display: inline-block; min-width: 2.8rem; text-align: right; font-variant-numeric: tabular-nums; }
.bar { display: block; height: 100%; background: var(--one); border-radius: 2px; }
details { margin-top: .5rem; }
summary { cursor: pointer; color: var(--one); }
.samples td { text-align: left; vertical-align: top; overflow-wrap: anywhere; max-width: 22rem; }
.samples th { text-align: left; }
.samples td small { font-size: .85em; }
.cases { display: grid; grid-template-columns: repeat(auto-fill, minmax(24rem, 1fr)); gap: 1rem; margin-top: .75rem; }
article { background: var(--card); border: 1px solid var(--line); border-radius: 8px; padding: .75rem; overflow-wrap: anywhere; }
article h3 { font-size: 1rem; margin: 0; }
article .frames { display: grid; grid-template-columns: repeat(4, 1fr); gap: .25rem; margin-top: .5rem; }
article svg { width: 100%; margin: .35rem 0; }
figure { margin: 0; }
figure img { width: 100%; border-radius: 4px; display: block; }
figcaption { color: var(--faint); font-size: .75rem; }
@media (max-width: 30rem) { .cases { grid-template-columns: 1fr; } article .frames { grid-template-columns: repeat(2, 1fr); } }
`;
