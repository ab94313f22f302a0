/** Light; what prints is light, too. `before` and `now` are told apart by anyone, and by dash and filling as well. */
const LIGHT = `
--paper: #fdfcf9; --ink: #22262b; --dim: #5d646d; --rule: #dcd9d2; --faint: #f4f2ec;
--before: #b4531a; --now: #1d5fa6; --good: #26694a; --bad: #a8152c; --on-bad: #fff; --grid: #e6e3dc; --mark: #8a8f96;`;

const DARK = `
--paper: #14171b; --ink: #e5e3de; --dim: #a0a7b0; --rule: #363c44; --faint: #1c2025;
--before: #f2a567; --now: #7bb6f5; --good: #80caa2; --bad: #b92740; --on-bad: #fff; --grid: #2a2f36; --mark: #7b838d;`;

const TEXT = `
* { box-sizing: border-box; }
body { margin: 0; background: var(--paper); color: var(--ink); font: 16px/1.55 system-ui, -apple-system, 'Segoe UI', Roboto, 'Helvetica Neue', sans-serif; font-variant-numeric: tabular-nums; -webkit-text-size-adjust: 100%; }
main { max-width: 66rem; margin: 0 auto; padding: 3.5rem 1.5rem 5rem; }
h1, h2, h3, .lead, .users { font-family: 'Iowan Old Style', 'Palatino Linotype', Palatino, Charter, Georgia, serif; }
h1 { font-size: clamp(2rem, 6vw, 3rem); line-height: 1.1; font-weight: 500; letter-spacing: -0.01em; margin: 0 0 1rem; }
h2 { font-size: 1.75rem; line-height: 1.2; font-weight: 500; margin: 0; }
h3 { font-size: 1.25rem; font-weight: 500; margin: 2.25rem 0 0.4rem; }
p { margin: 0 0 0.75rem; max-width: 44rem; }
a { color: inherit; text-decoration-color: var(--mark); text-underline-offset: 0.15em; }
a:hover { color: var(--now); }
code { font: 0.9em ui-monospace, 'SF Mono', Menlo, Consolas, monospace; }
.lead { font-size: 1.25rem; line-height: 1.45; color: var(--dim); margin-bottom: 1.5rem; }
section { margin-top: 4.5rem; }
section.stage { border-top: 1px solid var(--rule); padding-top: 2.25rem; }`;

const HEAD = `
.counts, .counts-not { display: inline-block; font-weight: 600; padding: 0.45rem 0.9rem; border-radius: 4px; margin-bottom: 1.75rem; }
.counts { color: var(--good); border: 1px solid currentColor; }
.counts-not { color: var(--on-bad); background: var(--bad); font-size: 1.15rem; }
.facts { display: grid; grid-template-columns: repeat(auto-fit, minmax(min(100%, 9.5rem), 1fr)); gap: 0.9rem 1.75rem; margin: 0; padding-top: 1.25rem; border-top: 1px solid var(--rule); }
dt { color: var(--dim); font-size: 0.8rem; }
dd { margin: 0; overflow-wrap: anywhere; }
.facts dd { font-size: 0.95rem; line-height: 1.4; }`;

const STAGE = `
.stage > header { display: flex; flex-wrap: wrap; align-items: baseline; gap: 0.25rem 1.25rem; margin-bottom: 1.5rem; }
.numeral { color: var(--mark); font-weight: 400; margin-right: 0.35rem; }
.users { font-style: italic; font-size: 1.1rem; color: var(--dim); margin: 0; }
.verdict { color: var(--good); font-size: 0.85rem; font-weight: 600; }
header > .verdict { margin: 0 0 0 auto; }
.void .verdict { color: var(--on-bad); background: var(--bad); padding: 0.1rem 0.5rem; border-radius: 3px; }
.banner { background: var(--bad); color: var(--on-bad); padding: 0.9rem 1.1rem; border-radius: 4px; margin: 0 0 1.5rem; }
.banner strong { font-size: 1.1rem; }
.banner ul { margin: 0.3rem 0 0; padding-left: 1.2rem; }
.story { margin: 0 0 1.5rem; display: grid; grid-template-columns: repeat(auto-fit, minmax(min(100%, 12rem), 1fr)); gap: 0.6rem 1.5rem; }
.figures { display: grid; grid-template-columns: repeat(auto-fit, minmax(min(100%, 10.5rem), 1fr)); gap: 1rem 1.5rem; margin: 0 0 2.25rem; padding: 1.1rem 0; border-block: 1px solid var(--rule); }
.figures dd { font-size: 1.2rem; line-height: 1.4; overflow-wrap: normal; }
.figures .gain dd { font-weight: 650; }
.figures small { display: block; font-size: 0.78rem; font-weight: 400; color: var(--dim); }
.was { color: var(--dim); }
.void .figures dd, .void figure > svg, .void .story strong { opacity: 0.5; }
.stage.void figure { position: relative; overflow: hidden; }
.stage.void figure::after { content: 'VOID'; position: absolute; inset: 0; display: grid; place-items: center; font-size: 4.5rem; font-weight: 700; letter-spacing: 0.1em; color: #c2243f; opacity: 0.3; transform: rotate(-14deg); pointer-events: none; }
.provenance { margin: 1.75rem 0 0; display: grid; grid-template-columns: auto 1fr; gap: 0.25rem 1rem; font-size: 0.78rem; line-height: 1.45; color: var(--dim); }
.provenance dt { font-size: inherit; }`;

const TABLES = `
.scroll { overflow-x: auto; margin: 1rem 0; }
.scroll > table { min-width: 38rem; }
.scroll > .overview { min-width: 56rem; }
table { border-collapse: collapse; width: 100%; font-size: 0.84rem; line-height: 1.4; }
th, td { text-align: left; vertical-align: baseline; padding: 0.45rem 0.8rem 0.45rem 0; border-bottom: 1px solid var(--rule); }
th:last-child, td:last-child { padding-right: 0; }
thead th { color: var(--dim); font-weight: 500; font-size: 0.8rem; vertical-align: bottom; }
tbody th { font-weight: 550; white-space: nowrap; }
.number { text-align: right; white-space: nowrap; }
.nowrap { white-space: nowrap; }
tr.single-point > th::before { content: '● '; color: var(--bad); }
tr.single-point > td:nth-child(2) { font-weight: 600; }
tr.uneventful > td, tr.void > td { color: var(--dim); }
details { margin-top: 1.25rem; }
summary { cursor: pointer; color: var(--dim); font-size: 0.88rem; }
.scroll > table.points { width: auto; min-width: 0; }
.points [colspan] { text-align: center; }`;

const PLOTS = `
.plots { display: grid; grid-template-columns: repeat(auto-fit, minmax(min(100%, 26rem), 1fr)); gap: 2rem 3rem; margin: 1.75rem 0 2rem; }
figure { margin: 0; max-width: 31rem; display: grid; grid-template-rows: subgrid; grid-row: span 2; row-gap: 0; align-items: start; }
figcaption { font-size: 0.88rem; line-height: 1.45; color: var(--dim); margin-bottom: 0.9rem; }
figcaption strong { color: var(--ink); font-weight: 600; display: block; font-size: 0.98rem; }
figure > svg { display: block; width: 100%; height: auto; overflow: visible; }
.keys { display: block; margin-top: 0.25rem; }
.key { white-space: nowrap; margin-right: 1.25rem; color: var(--ink); }
.key svg { width: 26px; height: 10px; margin-right: 0.4rem; }
svg text { font-size: 12px; fill: var(--ink); font-family: inherit; paint-order: stroke; stroke: var(--paper); stroke-width: 3px; }
svg .tick, svg .axis { fill: var(--dim); }
svg .tick { font-size: 11.5px; }
svg .figure { font-weight: 600; }
svg .share { font-size: 10.5px; fill: var(--dim); }
svg .share.now { fill: var(--ink); font-weight: 600; }
.grid { stroke: var(--grid); }
.base { stroke: var(--mark); }
.mark { stroke: var(--mark); stroke-dasharray: 2 3; }
.before { --mine: var(--before); }
.now { --mine: var(--now); }
.curve { fill: none; stroke: var(--mine); stroke-width: 1.8; stroke-linejoin: round; }
.curve.before { stroke-dasharray: 5 3; }
.between { fill: var(--mine); opacity: 0.1; }
.point { fill: var(--mine); stroke: var(--mine); stroke-width: 1.5; }
.point.before { fill: var(--paper); }
svg .end { fill: var(--mine); font-weight: 600; font-size: 11.5px; }
.bar { fill: var(--mine); stroke: var(--mine); stroke-width: 1; }
.bar.before { fill: var(--paper); }
.dot { fill: var(--now); stroke: var(--now); stroke-width: 1.5; }
.dot.hollow { fill: var(--paper); stroke: var(--dim); }
.whisker { stroke: var(--now); stroke-width: 1.5; }
.faint .whisker { stroke: var(--dim); }
.faint text { fill: var(--dim); }`;

const NARROW = `
@media (max-width: 40rem) {
  main { padding: 2rem 1rem 3.5rem; }
  section { margin-top: 3.25rem; }
  .figures { grid-template-columns: 1fr 1fr; }
  .figures dd { font-size: 1.05rem; }
  svg text, svg .tick, svg .end { font-size: 13px; }
  svg .share { font-size: 11.5px; }
  .provenance { grid-template-columns: 1fr; }
  .provenance dd { margin-bottom: 0.35rem; }
}`;

const PRINT = `
@media print {
  @page { margin: 12mm; }
  :root { --paper: #fff; font-size: 11.5px; }
  body { font-size: 1rem; print-color-adjust: exact; -webkit-print-color-adjust: exact; }
  main { max-width: none; padding: 0; }
  section { margin-top: 2rem; }
  .plots { grid-template-columns: 1fr 1fr; gap: 1rem 2rem; margin-block: 1rem; }
  figure, .banner, .figures, .story, tr, .provenance { break-inside: avoid; }
  h2, h3, .stage > header, figcaption { break-after: avoid; }
  section.stage { break-before: page; border-top: 0; padding-top: 0; }
  .scroll { overflow: visible; }
  .scroll > table { min-width: 0; }
  th, td { padding-block: 0.3rem; }
  details { display: none; }
}`;

/** The style sheet of the report. */
export const STYLE = `:root { color-scheme: light dark;${LIGHT} }
@media screen and (prefers-color-scheme: dark) { :root {${DARK} } }${[TEXT, HEAD, STAGE, TABLES, PLOTS, NARROW, PRINT].join('')}
`;
